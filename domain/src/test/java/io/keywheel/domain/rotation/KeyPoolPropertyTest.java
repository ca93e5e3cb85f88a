package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random pools, failures and arrivals in virtual time; what must hold is checked at every step.
class KeyPoolPropertyTest {

    private static final int STEPS = 20_000;
    private static final RequestLimits LIMITS = new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2));
    private static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);

    /// A request under way, and its attempt while one is.
    private record Request(RequestAttempts journey, Step.Attempt attempt) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void holds_its_promises_whatever_happens(long seed) {
        var random = new Random(seed);
        var testPool = new TestPool(provider(GROQ, random), provider(CEREBRAS, random));
        // From now on the status tells of the model apart from the default one.
        testPool.answeredBy(new Route.NamedModel(GROQ, SMALL));
        var underWay = new ArrayList<Request>();
        for (int i = 0; i < STEPS; i++) {
            testPool.pass(Duration.ofMillis(random.nextInt(300)));
            if (underWay.size() < 8 && random.nextBoolean()) {
                go(testPool, journey(testPool, random), underWay);
            } else if (!underWay.isEmpty() && random.nextInt(4) == 0) {
                testPool.keyPool.answering(
                        underWay.get(random.nextInt(underWay.size())).attempt(), testPool.now);
            } else if (!underWay.isEmpty()) {
                report(testPool, random, underWay.remove(random.nextInt(underWay.size())), underWay);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void holds_its_promises_while_keys_come_and_go(long seed) {
        var random = new Random(seed);
        var testPool = new TestPool(some(GROQ, random), some(CEREBRAS, random));
        testPool.answeredBy(new Route.NamedModel(GROQ, SMALL));
        var underWay = new ArrayList<Request>();
        for (int i = 0; i < STEPS / 4; i++) {
            testPool.pass(Duration.ofMillis(random.nextInt(300)));
            if (random.nextInt(50) == 0) {
                testPool.becomes(some(GROQ, random), some(CEREBRAS, random));
            } else if (underWay.size() < 8 && random.nextBoolean()) {
                go(testPool, journey(testPool, random), underWay);
            } else if (!underWay.isEmpty()) {
                report(testPool, random, underWay.remove(random.nextInt(underWay.size())), underWay);
            }
        }
    }

    /// Some of six keys in any order, each in one of four groups or in none.
    private static ProviderProfile some(ProviderId id, Random random) {
        var names = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
        Collections.shuffle(names, random);
        return TestPool.keys(
                id,
                names.stream()
                        .limit(1 + random.nextInt(6))
                        .map(name -> random.nextInt(3) == 0 ? name : name + "@org-" + random.nextInt(4))
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void decides_as_it_would_have_when_it_is_followed_by_its_like(long seed) {
        var random = new Random(seed);
        ProviderProfile[] providers = {
            TestPool.keys(GROQ, "a", "b", "c", "d@team", "e@team"), TestPool.keys(CEREBRAS, "x")
        };
        var lasting = new TestPool(providers);
        var followed = new TestPool(providers);
        var underWay = new ArrayList<Request>();
        for (int i = 0; i < STEPS / 4; i++) {
            Duration time = Duration.ofMillis(random.nextInt(2000));
            lasting.pass(time);
            followed.pass(time);
            if (random.nextInt(20) == 0) {
                followed.becomes(providers);
            }
            if (underWay.size() < 4 && random.nextBoolean()) {
                RequestAttempts requestAttempts = journey(lasting, random);
                KeySelection keySelection = lasting.choose(requestAttempts);
                assertEquals(keySelection, followed.choose(requestAttempts), "step " + i);
                if (keySelection instanceof KeySelection.Chosen(var target, var trials)) {
                    underWay.add(new Request(
                            requestAttempts,
                            new Step.Attempt(target, trials, lasting.now, requestAttempts.estimatedTokens())));
                }
            } else if (!underWay.isEmpty()) {
                Step.Attempt attempt =
                        underWay.remove(random.nextInt(underWay.size())).attempt();
                Failure failure = failure(random);
                // Retired keys are to be tried again, and a burst is forgotten: neither is its like.
                boolean like = !(failure instanceof Failure.KeyRefused) && !(failure instanceof Failure.RateLimited);
                if (like && random.nextInt(3) == 0) {
                    assertEquals(lasting.failed(attempt, failure), followed.failed(attempt, failure));
                } else if (random.nextInt(3) == 0) {
                    Failure limited = TestPool.limitedOf(
                            "org-of-" + attempt.target().key().group().name(), time);
                    assertEquals(lasting.failed(attempt, limited), followed.failed(attempt, limited));
                } else {
                    assertEquals(lasting.answered(attempt), followed.answered(attempt));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void is_whole_again_when_all_trouble_is_over(long seed) {
        var random = new Random(seed);
        var testPool = new TestPool(provider(GROQ, random), provider(CEREBRAS, random));
        for (int i = 0; i < 500; i++) {
            if (testPool.choose(journey(testPool, random)) instanceof KeySelection.Chosen(var target, var trials)) {
                testPool.failed(new Step.Attempt(target, trials, testPool.now), failure(random));
            }
            testPool.pass(Duration.ofMillis(random.nextInt(2000)));
        }

        testPool.pass(Duration.ofDays(8));
        long keys = testPool.keyPool.status(testPool.now).providers().stream()
                .mapToLong(provider -> provider.keys().size())
                .sum();
        for (long i = 0; i < 4 * keys; i++) {
            testPool.answeredBy(TestPool.anyModel());
        }

        assertTrue(testPool.keyPool.status(testPool.now).providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .allMatch(key -> key.state() instanceof KeyState.Ready));
    }

    private static void go(TestPool testPool, RequestAttempts requestAttempts, List<Request> underWay) {
        List<KeyStatus> keys = keys(testPool, requestAttempts.route());
        switch (Failover.next(requestAttempts, testPool.keyPool, testPool.now)) {
            case Step.Attempt attempt -> {
                checkAttempt(requestAttempts, attempt, keys);
                underWay.add(new Request(requestAttempts, attempt));
            }
            case Step.Wait(var until) -> assertTrue(until.isAfter(testPool.now), "waits for what is still to come");
            case Step.GiveUp(Exhaustion.AllKeysFailed failed) ->
                checkGivingUp(testPool, requestAttempts, keys, failed.shortage());
            case Step.GiveUp(Exhaustion.AllProvidersFailed failed) ->
                checkGivingUp(testPool, requestAttempts, keys, failed.shortage());
            case Step.GiveUp(Exhaustion.NoSuchModel _) -> checkTriedAll(requestAttempts, keys);
            case Step.GiveUp(Exhaustion.Stopped _), Step.GiveUp(Exhaustion.DeadlinePassed _) -> {}
        }
    }

    private static void checkAttempt(RequestAttempts requestAttempts, Step.Attempt attempt, List<KeyStatus> keys) {
        var target = attempt.target();
        assertFalse(
                requestAttempts.triedAt(target.provider()).contains(target.key().fingerprint()), "asks no key twice");
        KeyState keyState = keys.stream()
                .filter(key -> key.key().equals(target.key()))
                .map(key -> standing(key, target.model()))
                .findFirst()
                .orElseThrow();
        boolean early = isOfTheProvider(attempt.probes());
        assertTrue(
                keyState instanceof KeyState.Ready || requestAttempts.sawOutageOf(target.provider()) || early,
                () -> "asks no key that rests or is on trial: " + target + " is " + keyState);
        // One that found all its providers in trouble has no better one.
        if (!(keyState instanceof KeyState.Ready) && !requestAttempts.sawOutageOf(target.provider())) {
            keys.forEach(key -> assertFalse(isReadyFor(requestAttempts, key), () -> "had a ready key to ask: " + key));
        }
    }

    private static void checkGivingUp(
            TestPool testPool, RequestAttempts requestAttempts, List<KeyStatus> keys, Unavailability unavailability) {
        checkTriedAll(requestAttempts, keys);
        Instant readyAt = unavailability.readyAt();
        boolean refused = requestAttempts.failed().stream()
                .anyMatch(
                        attempt -> requestAttempts.isRefusedBy(attempt.target().provider()));
        if (readyAt.isAfter(testPool.now) && !refused) {
            RequestAttempts next = RequestAttempts.begin(requestAttempts.route(), LIMITS.terms(true, readyAt));
            assertFalse(hasAKey(testPool, next, readyAt.minusNanos(1), false), "promised late");
            assertTrue(hasAKey(testPool, next, readyAt, true), "promised early");
        }
    }

    private static void checkTriedAll(RequestAttempts requestAttempts, List<KeyStatus> keys) {
        keys.forEach(key -> assertFalse(
                isReadyFor(requestAttempts, key), () -> "tries every ready key before it gives up: " + key));
    }

    /// Whether `journey` would get a key, or somebody else's attempt to wait for.
    ///
    /// @param onTrial whether what is on trial counts, as it does unless its rest is still to end
    private static boolean hasAKey(TestPool testPool, RequestAttempts requestAttempts, Instant at, boolean onTrial) {
        return switch (testPool.keyPool.choose(requestAttempts, at)) {
            case KeySelection.Chosen(var target, var trials) -> {
                testPool.keyPool.failed(new Step.Attempt(target, trials, at), new Failure.Cancelled(), at, 0);
                yield onTrial || !isOfTheProvider(trials);
            }
            case KeySelection.NoneReady none -> onTrial && none.probeEnds() != null;
        };
    }

    private static boolean isOfTheProvider(Set<Scope> trials) {
        return trials.stream().anyMatch(scope -> scope instanceof Scope.OfProvider || scope instanceof Scope.OfModel);
    }

    /// Whether as many calls are pending as may be.
    private static boolean isFull(KeyStatus key, ModelId model) {
        return key.models().stream().anyMatch(status -> status.model().equals(model) && status.fullUntil() != null);
    }

    private static boolean isReadyFor(RequestAttempts requestAttempts, KeyStatus key) {
        return !isFull(key, model(requestAttempts.route()))
                && standing(key, model(requestAttempts.route())) instanceof KeyState.Ready
                && !requestAttempts
                        .triedAt(key.key().provider())
                        .contains(key.key().fingerprint())
                && !requestAttempts.isRefusedBy(key.key().provider());
    }

    private static void report(TestPool testPool, Random random, Request request, List<Request> underWay) {
        if (random.nextInt(3) > 0) {
            testPool.answered(request.attempt());
            return;
        }
        Failure failure = failure(random);
        testPool.failed(request.attempt(), failure);
        go(testPool, request.journey().failedAt(request.attempt().failed(failure)), underWay);
    }

    private static RequestAttempts journey(TestPool testPool, Random random) {
        Route route = switch (random.nextInt(4)) {
            case 0 -> new Route.NamedModel(GROQ, SMALL);
            case 1 -> new Route.NamedModel(CEREBRAS, BIG);
            case 2 -> new Route.DefaultModels(GROQ);
            default -> new Route.DefaultModels(null);
        };
        return RequestAttempts.begin(route, LIMITS.terms(random.nextInt(10) > 0, testPool.now));
    }

    private static Failure failure(Random random) {
        @Nullable Duration retryAfter = random.nextBoolean() ? Duration.ofMillis(random.nextInt(20_000)) : null;
        return switch (random.nextInt(13)) {
            case 0 -> new Failure.Overloaded("busy", retryAfter);
            case 1 -> new Failure.KeyRefused("invalid");
            case 2 -> new Failure.AccountBlocked("unpaid");
            case 3 -> new Failure.ModelUnavailable(NO);
            case 4 -> new Failure.Unavailable("down", retryAfter);
            case 5 -> new Failure.TimedOut("slow");
            case 6 -> new Failure.EmptyReply("nothing");
            case 7 -> new Failure.TooLarge(NO);
            case 8 -> new Failure.Rejected(NO);
            case 9 -> new Failure.Cancelled();
            case 10 -> TestPool.limitedOf("org-" + random.nextInt(1000), retryAfter);
            default -> TestPool.limited(retryAfter);
        };
    }

    /// One to six keys in as many quota groups or fewer.
    private static ProviderProfile provider(ProviderId id, Random random) {
        var groups = new String[1 + random.nextInt(6)];
        Arrays.setAll(groups, _ -> "org-" + random.nextInt(4));
        return TestPool.provider(id, groups);
    }

    private static ModelId model(Route route) {
        return switch (route) {
            case Route.NamedModel(var _, var model) -> model;
            case Route.DefaultModels _ -> BIG;
        };
    }

    private static List<KeyStatus> keys(TestPool testPool, Route route) {
        return testPool.keyPool.status(testPool.now).providers().stream()
                .filter(provider -> switch (route) {
                    case Route.NamedModel(var named, var _) -> named.equals(provider.id());
                    case Route.DefaultModels(var only) -> only == null || only.equals(provider.id());
                })
                .flatMap(provider -> provider.keys().stream())
                .toList();
    }

    private static KeyState standing(KeyStatus key, ModelId model) {
        return key.models().stream()
                .filter(status -> status.model().equals(model))
                .map(PoolStatus.ModelStatus::state)
                .findFirst()
                .orElse(key.state());
    }
}
