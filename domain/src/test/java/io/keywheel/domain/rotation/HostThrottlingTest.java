package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.CEREBRAS;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.anyModel;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A provider that limits this host, and not its keys.
class HostThrottlingTest {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    @Test
    void many_groups_limited_at_once_without_a_sign_pause_the_provider_and_not_the_keys() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e", "f"), provider(CEREBRAS, "x"));

        List<PoolEvent> poolEvents = limit(testPool, 3).getLast();

        Instant until = testPool.now.plus(FIRST_PAUSE);
        assertEquals(new PoolEvent.Throttled(GROQ, until, 3), poolEvents.getLast());
        assertEquals(until, testPool.readyAt(groqs(BIG)));
        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
        assertEquals("cerebras/1", testPool.answeredBy(anyModel()));
    }

    @Test
    void the_keys_are_all_in_turn_again_as_soon_as_one_answers() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        limit(testPool, 3);
        testPool.pass(FIRST_PAUSE);

        var trial = testPool.attempt(groqs(BIG));

        assertEquals(Set.of(new Scope.OfProvider(GROQ)), trial.probes());
        assertTrue(
                testPool.choose(testPool.journey(groqs(BIG))) instanceof KeySelection.NoneReady, "one trial at a time");
        testPool.answered(trial);
        assertEquals(List.of("groq/2", "groq/3", "groq/1"), answers(testPool, BIG, 3));
        assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void the_pause_doubles_while_the_provider_goes_on_limiting_the_host() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        limit(testPool, 3);

        for (long pause : List.of(500, 1000, 2000, 4000)) {
            assertEquals(testPool.now.plusMillis(pause), testPool.readyAt(groqs(BIG)));
            testPool.pass(Duration.ofMillis(pause));
            testPool.failed(testPool.attempt(groqs(BIG)), limited(null));
        }
    }

    @Test
    void a_request_whose_probe_failed_goes_on_to_no_other_key() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e", "f"));
        limit(testPool, 3);
        testPool.pass(FIRST_PAUSE);
        RequestAttempts requestAttempts = testPool.journey(groqs(BIG));
        Step.Attempt trial = testPool.attempt(requestAttempts);
        testPool.failed(trial, limited(null));

        KeySelection next = testPool.choose(requestAttempts.failedAt(trial.failed(limited(null))));

        assertTrue(next instanceof KeySelection.NoneReady, next::toString);
    }

    @Test
    void is_over_when_a_key_is_refused_for_a_reason_of_its_own() {
        for (Failure failure : List.of(limited(A_MINUTE), new Failure.Rejected(NO))) {
            var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
            limit(testPool, 3);
            testPool.pass(FIRST_PAUSE);

            testPool.failed(testPool.attempt(groqs(BIG)), failure);

            assertTrue(testPool.attempt(groqs(BIG)).probes().isEmpty(), failure::toString);
        }
    }

    @Test
    void a_limit_that_an_attempt_from_before_the_pause_meets_blames_no_key_either() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.answeredBy(groqs(SMALL));
        var late = testPool.attempt(groqs(SMALL));
        limit(testPool, 3);

        assertEquals(List.of(), testPool.failed(late, limited(null)));
        testPool.pass(FIRST_PAUSE);
        testPool.answered(testPool.attempt(groqs(BIG)));

        assertEquals(List.of("groq/3", "groq/1", "groq/2"), answers(testPool, SMALL, 3));
    }

    @Test
    void the_network_may_say_how_long() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        var told = new Failure.RateLimited("error code: 1015", A_MINUTE, RateLimitStatus.UNKNOWN, null, false, 0);

        IntStream.range(0, 3).forEach(_ -> testPool.failed(testPool.attempt(groqs(BIG)), told));

        assertEquals(
                new KeySelection.NoneReady(testPool.now.plus(A_MINUTE), null),
                testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void a_request_that_gives_up_meanwhile_was_limited() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        RequestAttempts requestAttempts = testPool.journey(groqs(BIG));
        for (int i = 0; i < 3; i++) {
            requestAttempts = testPool.failing(requestAttempts, limited(null));
        }

        Step step = Failover.next(requestAttempts, testPool.keyPool, testPool.now);

        assertTrue(step instanceof Step.GiveUp(Exhaustion.AllKeysFailed all) && all.isByRateLimit(), step::toString);
    }

    @Test
    void two_groups_are_not_many() {
        var testPool = new TestPool(provider(GROQ, "a", "b"));

        limit(testPool, 2);

        assertRestApart(testPool);
    }

    @Test
    void fewer_than_half_of_the_groups_are_not_many() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d", "e", "f", "g"));

        limit(testPool, 3);

        assertEquals("groq/4", testPool.answeredBy(groqs(BIG)));
    }

    @Test
    void keys_of_one_group_count_once() {
        var testPool = new TestPool(provider(GROQ, "a", "a", "a", "b"));
        var attempts = IntStream.range(0, 4)
                .mapToObj(_ -> testPool.attempt(groqs(BIG)))
                .toList();

        attempts.forEach(attempt -> testPool.failed(attempt, limited(null)));

        assertRestApart(testPool);
    }

    @Test
    void merged_groups_count_once() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        var other = new ModelId("other");
        testPool.failed(testPool.attempt(groqs(other)), limitedOf("org", A_MINUTE));
        testPool.failed(testPool.attempt(groqs(other)), limitedOf("org", A_MINUTE));
        var attempts = IntStream.range(0, 3)
                .mapToObj(_ -> testPool.attempt(groqs(BIG)))
                .toList();

        attempts.forEach(attempt -> testPool.failed(attempt, limited(null)));

        assertRestApart(testPool);
    }

    @Test
    void groups_that_are_merged_meanwhile_count_once() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        var other = new ModelId("other");
        limit(testPool, 2);
        testPool.failed(testPool.attempt(groqs(other)), limitedOf("org", A_MINUTE));
        testPool.failed(testPool.attempt(groqs(other)), limitedOf("org", A_MINUTE));

        limit(testPool, 1);

        assertRestApart(testPool);
    }

    @Test
    void limits_that_come_one_after_the_other_are_the_keys_own() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));

        for (int i = 0; i < 3; i++) {
            testPool.failed(testPool.attempt(groqs(BIG)), limited(null));
            testPool.pass(Duration.ofMillis(600));
        }

        assertRestApart(testPool);
    }

    @Test
    void limits_that_show_themselves_are_the_keys_own() {
        var spent = new Failure.RateLimited("limited", null, RateLimitStatuses.spentFor(A_MINUTE));
        for (Failure shown : List.of(limited(A_MINUTE), limitedOf("org", null), spent)) {
            var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
            limit(testPool, 2);

            testPool.failed(testPool.attempt(groqs(BIG)), shown);

            assertRestApart(testPool);
        }
    }

    @Test
    void an_answer_to_a_later_attempt_shows_that_the_host_may_ask() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c", "d"));
        limit(testPool, 2);
        testPool.answered(testPool.attempt(groqs(BIG)));

        testPool.failed(testPool.attempt(groqs(BIG)), limited(null));

        assertEquals("groq/3", testPool.answeredBy(groqs(BIG)));
        assertRestApart(testPool);
    }

    @Test
    void what_was_known_of_a_group_before_is_known_again() {
        var testPool = new TestPool(provider(GROQ, "a", "b", "c"));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(Duration.ofSeconds(10)));
        testPool.pass(Duration.ofSeconds(10));
        limit(testPool, 3);

        testPool.pass(FIRST_PAUSE);
        assertEquals(List.of("groq/2", "groq/3"), answers(testPool, BIG, 2));
        var trial = testPool.attempt(groqs(BIG));

        assertEquals(Set.of(new Scope.OfGroupModel(new QuotaGroup(GROQ, "a"), BIG)), trial.probes());
    }

    /// Lets so many keys be limited for the big model without a sign.
    private static List<List<PoolEvent>> limit(TestPool testPool, int times) {
        return IntStream.range(0, times)
                .mapToObj(_ -> testPool.failed(testPool.attempt(groqs(BIG)), limited(null)))
                .toList();
    }

    private static List<String> answers(TestPool testPool, ModelId model, int times) {
        return IntStream.range(0, times)
                .mapToObj(_ -> testPool.answeredBy(groqs(model)))
                .toList();
    }

    /// The provider is in turn for a model that nobody has asked for, and the first key is not for the big one.
    private static void assertRestApart(TestPool testPool) {
        assertEquals(Set.of(), testPool.attempt(groqs(SMALL)).probes());
        var first = testPool.keyPool
                .status(testPool.now)
                .providers()
                .getFirst()
                .keys()
                .getFirst();
        assertTrue(first.state() instanceof KeyState.Cooling, first::toString);
    }
}
