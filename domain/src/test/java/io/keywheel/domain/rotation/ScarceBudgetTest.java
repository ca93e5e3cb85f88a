package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScarceBudgetTest {

    /// A hundred tokens flow back each second.
    private static final RateLimitStatus A_HUNDRED_OF_8000_LEFT =
            new RateLimitStatus(List.of(new Bucket("tokens", 8000L, 100, Duration.ofSeconds(79), true)));

    private final TestPool testPool = new TestPool(provider(GROQ, "a"));

    @Test
    void a_key_rests_until_enough_has_flowed_back() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertEquals(readyIn(Duration.ofSeconds(2)), testPool.choose(needing(300)));
        testPool.pass(Duration.ofSeconds(2));
        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(needing(300)));
    }

    @Test
    void each_request_waits_for_what_it_needs_itself() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertEquals(readyIn(Duration.ofSeconds(2)), testPool.choose(needing(300)));
        assertEquals(readyIn(Duration.ofSeconds(1)), testPool.choose(needing(200)));
        assertEquals(readyIn(Duration.ofSeconds(4)), testPool.choose(needing(500)));
        assertEquals(readyIn(Duration.ofSeconds(2)), testPool.choose(needing(300)));
    }

    @Test
    void a_small_request_is_asked_for_where_a_large_one_would_not_fit() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(needing(3000)));
        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(needing(10)));
    }

    @Test
    void a_key_that_is_refilled_at_once_rests_until_its_reset() {
        tells(new RateLimitStatus(List.of(new Bucket("tokens", 8000L, 100, A_MINUTE))));

        assertEquals(readyIn(A_MINUTE), testPool.choose(needing(300)));
        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(needing(100)));
    }

    @Test
    void the_last_of_several_buckets_decides() {
        tells(new RateLimitStatus(List.of(
                new Bucket("tokens", 8000L, 100, Duration.ofSeconds(79), true),
                new Bucket("requests", 30L, 0, Duration.ofSeconds(60), true))));

        assertEquals(readyIn(Duration.ofSeconds(5)), testPool.choose(needing(600)));
        assertEquals(readyIn(Duration.ofSeconds(2)), testPool.choose(needing(10)));
    }

    @Test
    void what_a_bucket_cannot_hold_even_when_full_is_not_waited_for() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(needing(8000)));
        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(needing(8001)));
    }

    @Test
    void what_slow_answers_under_way_take_is_taken() {
        tells(new RateLimitStatus(List.of(new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true))));
        testPool.pass(Duration.ofSeconds(1));
        testPool.attempt(needing(900));
        testPool.pass(Duration.ofSeconds(1));

        assertEquals(readyIn(Duration.ofSeconds(6)), testPool.choose(needing(900)));
    }

    @Test
    void a_large_request_is_told_at_once_while_small_ones_are_pending() {
        tells(A_HUNDRED_OF_8000_LEFT);
        testPool.pass(Duration.ofSeconds(1));
        testPool.attempt(needing(10));

        assertEquals(readyIn(Duration.ofMillis(1100)), testPool.choose(needing(300)));
    }

    @Test
    void what_a_slow_answer_tells_is_of_when_it_was_let_in() {
        Step.Attempt slow = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(50));

        testPool.keyPool.answered(slow, RateLimitStatuses.spentFor(A_MINUTE), testPool.now);

        assertEquals(testPool.now.plusSeconds(11), testPool.readyAt(groqs(BIG)));
    }

    @Test
    void a_probe_is_made_however_little_is_estimated_to_be_left() {
        var limited = new Failure.RateLimited("too many tokens", Duration.ofSeconds(1), A_HUNDRED_OF_8000_LEFT);
        testPool.failed(testPool.attempt(needing(500)), limited);

        assertEquals(readyIn(Duration.ofSeconds(1)), testPool.choose(needing(500)));
        testPool.pass(Duration.ofSeconds(1));

        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(needing(500)));
    }

    @Test
    void after_the_probe_what_is_left_decides_again() {
        var limited = new Failure.RateLimited("too many tokens", Duration.ofSeconds(1), A_HUNDRED_OF_8000_LEFT);
        testPool.failed(testPool.attempt(needing(500)), limited);
        testPool.pass(Duration.ofSeconds(1));
        Step.Attempt trial = testPool.attempt(needing(500));
        testPool.keyPool.answered(trial, A_HUNDRED_OF_8000_LEFT, testPool.now);

        assertEquals(readyIn(Duration.ofSeconds(4)), testPool.choose(needing(500)));
    }

    @Test
    void after_the_probe_has_been_let_in_what_is_left_decides_though_its_answer_takes_long() {
        var limited = new Failure.RateLimited("too many tokens", Duration.ofSeconds(1), A_HUNDRED_OF_8000_LEFT);
        testPool.failed(testPool.attempt(needing(500)), limited);
        testPool.pass(Duration.ofSeconds(1));
        testPool.attempt(needing(500));

        testPool.pass(Duration.ofSeconds(1));

        assertEquals(readyIn(Duration.ofSeconds(5)), testPool.choose(needing(500)));
    }

    @Test
    void a_key_is_back_as_soon_as_the_answer_to_a_later_call_tells_of_more() {
        Step.Attempt first = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofSeconds(1));
        Step.Attempt second = testPool.attempt(groqs(BIG));
        testPool.keyPool.answered(first, RateLimitStatuses.spentFor(A_MINUTE), testPool.now);
        assertInstanceOf(KeySelection.NoneReady.class, testPool.choose(needing(300)));

        testPool.keyPool.answered(second, RateLimitStatuses.tokensLeft(5000, A_MINUTE), testPool.now);

        assertInstanceOf(KeySelection.Chosen.class, testPool.choose(needing(300)));
    }

    @Test
    void a_request_that_turns_out_larger_than_it_was_thought_is_not_sent_in_vain_once_more() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        two.keyPool.answered(two.attempt(groqs(BIG)), A_HUNDRED_OF_8000_LEFT, two.now);
        two.keyPool.answered(two.attempt(groqs(BIG)), A_HUNDRED_OF_8000_LEFT, two.now);
        RequestAttempts large = RequestAttempts.begin(groqs(BIG), two.terms(), 100);

        var limited = new Failure.RateLimited("", Duration.ofMinutes(1), RateLimitStatus.UNKNOWN, null, true, 600);
        RequestAttempts wiser = two.failing(large, limited);

        assertEquals(new KeySelection.NoneReady(two.now.plusSeconds(5), null), two.choose(wiser));
    }

    @Test
    void a_key_with_too_little_left_keeps_its_place_in_the_queue() {
        var three = new TestPool(provider(GROQ, "a", "b", "c"));
        three.keyPool.answered(three.attempt(groqs(BIG)), A_HUNDRED_OF_8000_LEFT, three.now);
        RequestAttempts large = RequestAttempts.begin(groqs(BIG), three.terms(), 300);

        assertEquals("groq/2", TestPool.place(three.attempt(large)));
        three.pass(Duration.ofSeconds(2));

        assertEquals("groq/3", TestPool.place(three.attempt(large)));
        assertEquals("groq/1", TestPool.place(three.attempt(large)));
    }

    @Test
    void shortage_of_all_keys_is_marked_as_foreseen() {
        tells(A_HUNDRED_OF_8000_LEFT);

        var unavailability = testPool.keyPool.shortage(needing(300), testPool.now);

        Instant enough = testPool.now.plusSeconds(2);
        var resting = new CoolingKey(provider(GROQ, "a").keys().getFirst(), Failure.Kind.RATE_LIMITED, true, enough);
        assertEquals(List.of(resting), unavailability.cooling());
        assertEquals(enough, unavailability.readyAt());
    }

    @Test
    void of_two_reasons_to_rest_the_later_is_told() {
        tells(A_HUNDRED_OF_8000_LEFT);
        testPool.failed(testPool.attempt(needing(10)), TestPool.unavailable());

        var unavailability = testPool.keyPool.shortage(needing(300), testPool.now);

        assertEquals(testPool.now.plusSeconds(2), unavailability.readyAt());
        assertTrue(unavailability.cooling().getFirst().foreseen());
    }

    @Test
    void a_long_shortage_is_reported_once() {
        var day = new RateLimitStatus(List.of(new Bucket("requests-day", 1000L, 0, Duration.ofHours(9))));
        Step.Attempt first = testPool.attempt(groqs(BIG));
        Step.Attempt second = testPool.attempt(groqs(BIG));

        var told = testPool.keyPool.answered(first, day, testPool.now);
        var toldAgain = testPool.keyPool.answered(second, day, testPool.now);

        var scope = new Scope.OfGroupModel(first.target().key().group(), BIG);
        assertEquals(List.of(new PoolEvent.CooldownStarted(scope, testPool.now.plus(Duration.ofHours(9)), null)), told);
        assertEquals(List.of(), toldAgain);
    }

    @Test
    void shortage_that_grows_beyond_an_hour_is_reported_again() {
        Step.Attempt first = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(101));
        Step.Attempt second = testPool.attempt(groqs(BIG));
        testPool.keyPool.answered(first, requestsIn(Duration.ofMinutes(59)), testPool.now);

        var told = testPool.keyPool.answered(second, requestsIn(Duration.ofMinutes(61)), testPool.now);

        assertEquals(1, told.size(), told::toString);
    }

    @Test
    void shortage_that_a_stream_brings_about_is_reported_when_it_begins() {
        tells(new RateLimitStatus(List.of(new Bucket("tokens-day", 100_000L, 90_000, Duration.ofHours(2), true))));
        testPool.pass(Duration.ofMillis(101));
        Step.Attempt stream = testPool.attempt(needing(90_000));

        var told = testPool.keyPool.answering(stream, testPool.now);

        var scope = new Scope.OfGroupModel(stream.target().key().group(), BIG);
        assertInstanceOf(PoolEvent.CooldownStarted.class, told.getFirst());
        assertEquals(scope, ((PoolEvent.CooldownStarted) told.getFirst()).scope());
    }

    private static RateLimitStatus requestsIn(Duration reset) {
        return new RateLimitStatus(List.of(new Bucket("requests-minute", 30L, 0, reset)));
    }

    @Test
    void short_shortage_is_no_event() {
        Step.Attempt attempt = testPool.attempt(needing(300));

        assertEquals(List.of(), testPool.keyPool.answered(attempt, A_HUNDRED_OF_8000_LEFT, testPool.now));
    }

    private void tells(RateLimitStatus rateLimitStatus) {
        testPool.keyPool.answered(testPool.attempt(groqs(BIG)), rateLimitStatus, testPool.now);
    }

    private RequestAttempts needing(long tokens) {
        return RequestAttempts.begin(groqs(BIG), testPool.terms(), tokens);
    }

    private KeySelection readyIn(Duration time) {
        return new KeySelection.NoneReady(testPool.now.plus(time), null);
    }
}
