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
import io.keywheel.domain.routing.RateLimitStatus;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random requests and failures in virtual time while the keys change, which the simulation does not do.
class KeyPoolPropertyTest extends PoolFixture {

    private static final int STEPS = 2_000;
    private static final int HISTORIES = 100;
    private static final int STEPS_OF_HISTORY = 300;
    private static final RequestLimits LIMITS =
            new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2), Duration.ZERO);

    private record Running(RequestAttempts requestAttempts, Step.Attempt attempt) {}

    private final List<Running> running = new ArrayList<>();

    /// The seed and the step, for a failure.
    private String place = "";

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void selection_uses_only_ready_keys_during_random_reloads(long seed) {
        var random = new Random(seed);
        var pool = new TestPool(someOfSixKeys(GROQ, random), someOfSixKeys(CEREBRAS, random));
        pool.answeredBy(Route.to(GROQ, SMALL));
        for (int i = 0; i < STEPS; i++) {
            place = "seed %s, step %s".formatted(seed, i);
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

    /// Not so for retired keys, which a reload lets a request probe, and for signs of throttling in the second before
    /// it, which it drops.
    @Test
    void reload_without_key_changes_changes_no_selection() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            running.clear();
            reloadWithoutKeyChanges(seed);
        }
    }

    private void reloadWithoutKeyChanges(int seed) {
        var random = new Random(seed);
        ProviderProfile[] providers = {keys(GROQ, "a", "b", "c", "d@team", "e@team"), keys(CEREBRAS, "x", "y")};
        var kept = new TestPool(providers);
        var reloaded = new TestPool(providers);
        List<TestPool> both = List.of(kept, reloaded);
        for (int i = 0; i < STEPS_OF_HISTORY; i++) {
            place = "seed %s, step %s".formatted(seed, i);
            var time = Duration.ofMillis(random.nextInt(2000));
            both.forEach(pool -> pool.pass(time));
            if (random.nextInt(20) == 0) {
                reloaded.reload(providers);
            }
            if (running.size() < 4 && random.nextBoolean()) {
                selectAtBoth(both, request(kept, random).inConversation(random.nextInt(4)));
            } else if (!running.isEmpty()) {
                endAtBoth(both, running.remove(random.nextInt(running.size())), random, time);
            }
        }
    }

    private void selectAtBoth(List<TestPool> both, RequestAttempts requestAttempts) {
        KeySelector.Selection selection = both.getFirst().choose(requestAttempts);
        assertEquals(ofOneGeneration(selection), ofOneGeneration(both.getLast().choose(requestAttempts)), place);
        if (selection instanceof Step.Attempt attempt) {
            running.add(new Running(requestAttempts, attempt));
        }
    }

    private void endAtBoth(List<TestPool> both, Running one, Random random, Duration pause) {
        Step.Attempt attempt = one.attempt();
        switch (random.nextInt(5)) {
            case 0 -> both.forEach(pool -> pool.withdraw(attempt, one.requestAttempts()));
            case 1, 2 -> {
                RateLimitStatus quota = random.nextInt(3) == 0
                        ? tokensLeft(random.nextInt(6000), pause.multipliedBy(10))
                        : RateLimitStatus.UNKNOWN;
                long conversation = one.requestAttempts().conversation();
                both.forEach(pool -> pool.answered(attempt, quota));
                both.forEach(pool -> pool.keyPool.preferGroup(conversation, attempt, pool.now.plus(A_MINUTE)));
            }
            default -> {
                Failure any = failure(random);
                String organisation = "org-of-" + attempt.target().key().group().name();
                Failure failure = any instanceof Failure.KeyRefused || any instanceof Failure.RateLimited
                        ? limitedOf(organisation, pause.multipliedBy(10))
                        : any;
                assertEquals(
                        both.getFirst().failed(attempt, failure), both.getLast().failed(attempt, failure), place);
                selectAtBoth(both, one.requestAttempts().withFailure(attempt.failed(failure)));
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
                () -> place + ": asks no key twice");
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
                () -> place + ": " + target + " is " + keyState);
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
        return RequestAttempts.begin(route, LIMITS.terms(true, pool.now), TokenEstimate.of(random.nextInt(4) * 1000L));
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
