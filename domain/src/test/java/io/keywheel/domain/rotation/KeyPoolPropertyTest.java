package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random requests and failures in virtual time while the keys change, which the simulation does not do.
class KeyPoolPropertyTest extends PoolFixture {

    private static final int STEPS = 2_000;
    private static final RequestLimits LIMITS =
            new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2), Duration.ZERO);

    private record Running(RequestAttempts requestAttempts, Step.Attempt attempt) {}

    private final List<Running> running = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void selection_uses_only_ready_keys_during_random_reloads(long seed) {
        var random = new Random(seed);
        var pool = new TestPool(someOfSixKeys(GROQ, random), someOfSixKeys(CEREBRAS, random));
        pool.answeredBy(Route.to(GROQ, SMALL));
        for (int i = 0; i < STEPS; i++) {
            pool.pass(Duration.ofMillis(random.nextInt(300)));
            if (random.nextInt(50) == 0) {
                pool.reload(someOfSixKeys(GROQ, random), someOfSixKeys(CEREBRAS, random));
            } else if (running.size() < 8 && random.nextBoolean()) {
                ask(pool, request(pool, random));
            } else if (!running.isEmpty()) {
                end(pool, running.remove(random.nextInt(running.size())), random);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void reload_without_key_changes_changes_no_selection(long seed) {
        var random = new Random(seed);
        ProviderProfile[] providers = {keys(GROQ, "a", "b", "c", "d@team", "e@team"), keys(CEREBRAS, "x")};
        var kept = new TestPool(providers);
        var reloaded = new TestPool(providers);
        for (int i = 0; i < STEPS; i++) {
            var time = Duration.ofMillis(random.nextInt(2000));
            kept.pass(time);
            reloaded.pass(time);
            if (random.nextInt(20) == 0) {
                reloaded.reload(providers);
            }
            if (running.size() < 4 && random.nextBoolean()) {
                RequestAttempts requestAttempts = request(kept, random);
                KeySelector.Selection keySelection = kept.choose(requestAttempts);
                assertEquals(
                        ofOneGeneration(keySelection), ofOneGeneration(reloaded.choose(requestAttempts)), "step " + i);
                if (keySelection instanceof Step.Attempt attempt) {
                    running.add(new Running(requestAttempts, attempt));
                }
            } else if (!running.isEmpty()) {
                Step.Attempt attempt =
                        running.remove(random.nextInt(running.size())).attempt();
                Failure failure = failure(random);
                // A reload allows a probe of retired keys and drops signs of throttling.
                if (failure instanceof Failure.KeyRefused || failure instanceof Failure.RateLimited) {
                    String organisation =
                            "org-of-" + attempt.target().key().group().name();
                    failure = limitedOf(organisation, time);
                }
                if (random.nextBoolean()) {
                    assertEquals(kept.failed(attempt, failure), reloaded.failed(attempt, failure));
                } else {
                    assertEquals(kept.answered(attempt), reloaded.answered(attempt));
                }
            }
        }
    }

    private void ask(TestPool pool, RequestAttempts requestAttempts) {
        PoolStatus before = pool.status();
        if (!(pool.next(requestAttempts) instanceof Step.Attempt attempt)) {
            return;
        }
        var target = attempt.target();
        assertFalse(
                requestAttempts
                        .triedAt(target.provider(), target.model(), false)
                        .contains(target.key().fingerprint()),
                "asks no key twice");
        KeyState keyState = before.providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .filter(key -> key.key().equals(target.key()))
                .map(key -> state(key, target.model()))
                .findFirst()
                .orElseThrow();
        boolean early = attempt.probes().stream()
                .anyMatch(scope -> scope instanceof Scope.OfProvider || scope instanceof Scope.OfModel);
        assertTrue(
                keyState instanceof KeyState.Ready
                        || requestAttempts.sawOutageOfProvider(target.provider(), target.model())
                        || early,
                () -> target + " is " + keyState);
        running.add(new Running(requestAttempts, attempt));
    }

    private void end(TestPool pool, Running one, Random random) {
        if (random.nextInt(3) > 0) {
            pool.answered(one.attempt());
            return;
        }
        Failure failure = failure(random);
        pool.failed(one.attempt(), failure);
        ask(pool, one.requestAttempts().withFailure(one.attempt().failed(failure)));
    }

    private static KeyState state(PoolStatus.KeyStatus key, ModelId model) {
        return key.models().stream()
                .filter(status -> status.model().equals(model))
                .map(PoolStatus.ModelStatus::state)
                .findFirst()
                .orElse(key.state());
    }

    private static RequestAttempts request(TestPool pool, Random random) {
        Route route = switch (random.nextInt(4)) {
            case 0 -> Route.to(GROQ, SMALL);
            case 1 -> Route.to(CEREBRAS, BIG);
            case 2 -> Route.to(RouteTarget.ofDefaultModel(GROQ));
            default -> Route.AUTO;
        };
        return RequestAttempts.begin(route, LIMITS.terms(true, pool.now), TokenEstimate.of(0));
    }

    private static Failure failure(Random random) {
        @Nullable Duration retryAfter = random.nextBoolean() ? Duration.ofMillis(random.nextInt(20_000)) : null;
        return switch (random.nextInt(10)) {
            case 0 -> new Failure.Overloaded("busy", retryAfter);
            case 1 -> new Failure.KeyRefused("invalid");
            case 2 -> new Failure.AccountBlocked("unpaid");
            case 3 -> new Failure.ModelUnavailable(NO);
            case 4 -> new Failure.Unavailable("down", retryAfter);
            case 5 -> new Failure.TimedOut("slow");
            case 6 -> new Failure.TooLarge(NO);
            case 7 -> new Failure.Cancelled();
            case 8 -> limitedOf("org-" + random.nextInt(1000), retryAfter);
            default -> limited(retryAfter);
        };
    }

    /// Keys in random order, each in one of four groups or without a group.
    private static ProviderProfile someOfSixKeys(ProviderId id, Random random) {
        var names = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
        Collections.shuffle(names, random);
        return keys(
                id,
                names.stream()
                        .limit(1 + random.nextInt(6))
                        .map(name -> random.nextInt(3) == 0 ? name : name + "@org-" + random.nextInt(4))
                        .toArray(String[]::new));
    }

    private static KeySelector.Selection ofOneGeneration(KeySelector.Selection keySelection) {
        return keySelection instanceof Step.Attempt attempt
                ? new Step.Attempt(
                        attempt.target(), attempt.probes(), attempt.startedAt(), attempt.estimatedTokens(), 0)
                : keySelection;
    }
}
