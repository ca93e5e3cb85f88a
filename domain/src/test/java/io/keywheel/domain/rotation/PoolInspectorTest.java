package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.empty;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.Known;
import io.keywheel.domain.status.PoolStatus.Phase;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolInspectorTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @Test
    void names_the_keys_out_of_turn_and_the_moment_the_first_is_ready() {
        var keys = provider(GROQ, "a", "b").keys();
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofSeconds(9)));

        var unavailability = testPool.shortage(groqs(BIG));

        assertEquals(testPool.now.plusSeconds(9), unavailability.readyAt());
        assertEquals(
                List.of(
                        new CoolingKey(keys.get(0), Failure.Kind.RATE_LIMITED, false, testPool.now.plusSeconds(60)),
                        new CoolingKey(keys.get(1), Failure.Kind.RATE_LIMITED, false, testPool.now.plusSeconds(9))),
                unavailability.cooling());
    }

    @Test
    void promises_no_key_earlier_than_the_rest_of_its_provider_is_over() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        var late = testPool.attempt(groqs(BIG));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofMillis(100)));
        testPool.failed(late, unavailable());

        assertEquals(testPool.now.plusMillis(500), testPool.shortage(groqs(BIG)).readyAt());
    }

    @Test
    void promises_no_key_of_a_provider_that_has_refused_the_request() {
        var testPool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "x"));
        var small = testPool.attempt(anyModel());
        testPool.failed(testPool.attempt(anyModel()), limited(A_MINUTE));

        RequestAttempts large = testPool.journey(anyModel()).failedAt(small.failed(new Failure.TooLarge(NO)));

        assertEquals(
                testPool.now.plus(A_MINUTE),
                testPool.keyPool.shortage(large, testPool.now).readyAt());
    }

    @Test
    void promises_a_key_at_once_when_one_is_ready_all_the_same() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.failed(testPool.attempt(groqs(BIG)), empty());

        assertEquals(testPool.now, testPool.shortage(groqs(BIG)).readyAt());
    }

    @Test
    void shows_every_key_with_its_standing_and_what_it_has_been_through() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.answered(testPool.attempt(groqs(BIG)));

        List<KeyStatus> keys =
                testPool.keyPool.status(testPool.now).providers().getFirst().keys();

        assertEquals(
                new KeyState.Cooling(Failure.Kind.RATE_LIMITED, false, testPool.now, testPool.now.plus(A_MINUTE)),
                keys.get(0).state());
        assertEquals(
                new Tally(1, Map.of(Failure.Kind.RATE_LIMITED, 1L), testPool.now),
                keys.get(0).tally());
        assertEquals(new KeyState.Ready(), keys.get(1).state());
        assertEquals(new Tally(1, Map.of(), testPool.now), keys.get(1).tally());
    }

    @Test
    void shows_a_refused_key_as_retired() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(BIG)), new Failure.KeyRefused("invalid"));

        assertEquals(
                new KeyState.Retired(testPool.now, testPool.now.plus(Duration.ofHours(1))),
                onlyKey(testPool).state());
    }

    @Test
    void shows_a_probed_key() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var since = testPool.now;
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.pass(A_MINUTE);
        testPool.attempt(groqs(BIG));

        assertEquals(
                new KeyState.Probing(Failure.Kind.RATE_LIMITED, since),
                onlyKey(testPool).state());
    }

    @Test
    void shows_a_model_where_the_key_stands_otherwise() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(A_MINUTE));

        assertEquals(new KeyState.Ready(), onlyKey(testPool).state());
        assertEquals(SMALL, onlyKey(testPool).models().getFirst().model());
    }

    @Test
    void shows_what_is_left_where_the_provider_told() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var rateLimitStatus = RateLimitStatuses.spentFor(A_MINUTE);
        testPool.keyPool.answered(testPool.attempt(groqs(BIG)), rateLimitStatus, testPool.now);

        var model = onlyKey(testPool).models().getFirst();
        assertEquals(rateLimitStatus, model.limits());
        assertEquals(testPool.now, model.reportedAt());
    }

    @Test
    void a_key_that_can_take_a_small_request_is_ready_whatever_a_large_one_is_told() {
        var testPool = new TestPool(provider(GROQ, "a"));
        RequestAttempts large = RequestAttempts.begin(groqs(BIG), testPool.terms(), 5000);
        testPool.keyPool.answered(testPool.attempt(large), RateLimitStatuses.tokensLeft(3000, A_MINUTE), testPool.now);

        assertEquals(1, testPool.keyPool.shortage(large, testPool.now).cooling().size());
        assertEquals(new KeyState.Ready(), onlyKey(testPool).state());
    }

    @Test
    void tells_a_rest_before_the_limit_from_one_after_it() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));
        testPool.keyPool.answered(testPool.attempt(groqs(BIG)), RateLimitStatuses.spentFor(A_MINUTE), testPool.now);
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));

        var foreseen = testPool.keyPool.status(testPool.now).providers().getFirst().keys().stream()
                .map(key -> ((KeyState.Cooling) key.state()).foreseen());
        var known = testPool.keyPool.status(testPool.now).providers().getFirst().keys().stream()
                .map(key -> key.known().getFirst().foreseen());

        assertEquals(List.of(true, false), foreseen.toList());
        assertEquals(List.of(true, false), known.toList());
    }

    @Test
    void of_too_little_left_and_a_provider_in_trouble_the_one_that_lasts_longer_is_shown() {
        for (Duration trouble : List.of(Duration.ofSeconds(10), Duration.ofMinutes(5))) {
            var testPool = new TestPool(provider(GROQ, "a", "b"));
            var other = testPool.attempt(groqs(BIG));
            testPool.keyPool.answered(testPool.attempt(groqs(BIG)), RateLimitStatuses.spentFor(A_MINUTE), testPool.now);
            testPool.failed(other, new Failure.Unavailable("maintenance", trouble));

            Duration longer = trouble.compareTo(A_MINUTE) > 0 ? trouble : A_MINUTE;
            var shown = (KeyState.Cooling) testPool.keyPool
                    .status(testPool.now)
                    .providers()
                    .getFirst()
                    .keys()
                    .getLast()
                    .state();
            assertEquals(testPool.now.plus(longer), shown.until());
        }
    }

    @Test
    void shows_a_key_with_as_many_calls_pending_as_may_be() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.answered(testPool.attempt(groqs(BIG)));
        assertEquals(List.of(), onlyKey(testPool).models());

        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_MINUTE));
        testPool.pass(A_MINUTE);
        testPool.attempt(groqs(BIG));

        var model = onlyKey(testPool).models().getFirst();
        assertEquals(1, model.pending());
        assertEquals(testPool.now.plusSeconds(1), model.fullUntil());
    }

    @Test
    void leaves_single_models_out_of_the_overview() {
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(A_MINUTE));

        KeyStatus key = onlyKey(testPool.keyPool.overview(testPool.now));

        assertEquals(onlyKey(testPool).state(), key.state());
        assertEquals(List.of(), key.models());
    }

    @Test
    void remembers_the_last_use_though_attempts_end_in_another_order() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var first = testPool.attempt(groqs(BIG));
        testPool.pass(A_MINUTE);
        var second = testPool.attempt(groqs(BIG));

        testPool.answered(second);
        testPool.answered(first);

        assertEquals(second.startedAt(), onlyKey(testPool).tally().lastUse());
    }

    @Test
    void names_the_provider_whose_turn_is_next() {
        var testPool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));

        assertEquals(GROQ, testPool.keyPool.status(testPool.now).current());
        testPool.answeredBy(anyModel());
        assertEquals(CEREBRAS, testPool.keyPool.status(testPool.now).current());
        testPool.failed(testPool.attempt(anyModel()), unavailable());
        testPool.answeredBy(anyModel());
        assertEquals(GROQ, testPool.keyPool.status(testPool.now).current());
    }

    @Test
    void tells_which_providers_can_answer() {
        var testPool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        testPool.failed(testPool.attempt(anyModel()), unavailable());

        var providers = testPool.keyPool.status(testPool.now).providers();

        assertFalse(providers.get(0).canAnswer());
        assertTrue(providers.get(1).canAnswer());
    }

    @Test
    void tells_what_is_known_at_each_scope_until_it_is_disproved() {
        var testPool = new TestPool(provider(GROQ, "a"));
        var since = testPool.now;
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(A_MINUTE));
        testPool.failed(testPool.attempt(groqs(BIG)), unavailable());

        var ofGroup = new Scope.OfGroupModel(new QuotaGroup(GROQ, "a"), SMALL);
        var ofProvider = new Scope.OfProvider(GROQ);
        assertEquals(
                List.of(
                        new Known(
                                ofProvider,
                                Failure.Kind.UNAVAILABLE,
                                false,
                                since,
                                since.plusMillis(500),
                                Phase.COOLING),
                        new Known(
                                ofGroup, Failure.Kind.RATE_LIMITED, false, since, since.plus(A_MINUTE), Phase.COOLING)),
                onlyKey(testPool).known());

        testPool.pass(A_MINUTE);
        testPool.answered(testPool.attempt(groqs(BIG)));
        assertEquals(
                List.of(new Known(
                        ofGroup, Failure.Kind.RATE_LIMITED, false, since, since.plus(A_MINUTE), Phase.TO_BE_TRIED)),
                onlyKey(testPool).known());

        testPool.attempt(groqs(SMALL));
        assertEquals(Phase.ON_TRIAL, onlyKey(testPool).known().getFirst().phase());
    }

    private static KeyStatus onlyKey(TestPool testPool) {
        return onlyKey(testPool.keyPool.status(testPool.now));
    }

    private static KeyStatus onlyKey(PoolStatus poolStatus) {
        return poolStatus.providers().getFirst().keys().getFirst();
    }
}
