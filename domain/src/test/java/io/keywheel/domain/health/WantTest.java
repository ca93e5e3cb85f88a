package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WantTest {

    /// A hundred tokens flow back each second.
    private static final Allowance A_HUNDRED_OF_8000_LEFT =
            new Allowance(List.of(new Bucket("tokens", 8000L, 100, Duration.ofSeconds(79), true)));

    private final Pool pool = new Pool(provider(GROQ, "a"));

    @Test
    void a_key_rests_until_enough_has_flowed_back() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertEquals(readyIn(Duration.ofSeconds(2)), pool.choose(needing(300)));
        pool.pass(Duration.ofSeconds(2));
        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(300)));
    }

    @Test
    void each_request_waits_for_what_it_needs_itself() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertEquals(readyIn(Duration.ofSeconds(2)), pool.choose(needing(300)));
        assertEquals(readyIn(Duration.ofSeconds(1)), pool.choose(needing(200)));
        assertEquals(readyIn(Duration.ofSeconds(4)), pool.choose(needing(500)));
        assertEquals(readyIn(Duration.ofSeconds(2)), pool.choose(needing(300)));
    }

    @Test
    void a_small_request_is_asked_for_where_a_large_one_would_not_fit() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertInstanceOf(Choice.NoneReady.class, pool.choose(needing(3000)));
        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(10)));
    }

    @Test
    void a_key_that_is_refilled_at_once_rests_until_its_reset() {
        tells(new Allowance(List.of(new Bucket("tokens", 8000L, 100, A_MINUTE))));

        assertEquals(readyIn(A_MINUTE), pool.choose(needing(300)));
        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(100)));
    }

    @Test
    void the_last_of_several_buckets_decides() {
        tells(new Allowance(List.of(
                new Bucket("tokens", 8000L, 100, Duration.ofSeconds(79), true),
                new Bucket("requests", 30L, 0, Duration.ofSeconds(60), true))));

        assertEquals(readyIn(Duration.ofSeconds(5)), pool.choose(needing(600)));
        assertEquals(readyIn(Duration.ofSeconds(2)), pool.choose(needing(10)));
    }

    @Test
    void what_a_bucket_cannot_hold_even_when_full_is_not_waited_for() {
        tells(A_HUNDRED_OF_8000_LEFT);

        assertInstanceOf(Choice.NoneReady.class, pool.choose(needing(8000)));
        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(8001)));
    }

    @Test
    void what_slow_answers_under_way_take_is_taken() {
        tells(new Allowance(List.of(new Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true))));
        pool.pass(Duration.ofSeconds(1));
        pool.attempt(needing(900));
        pool.pass(Duration.ofSeconds(1));

        assertEquals(readyIn(Duration.ofSeconds(6)), pool.choose(needing(900)));
    }

    @Test
    void a_large_request_is_told_at_once_while_small_ones_are_pending() {
        tells(A_HUNDRED_OF_8000_LEFT);
        pool.pass(Duration.ofSeconds(1));
        pool.attempt(needing(10));

        assertEquals(readyIn(Duration.ofMillis(1100)), pool.choose(needing(300)));
    }

    @Test
    void what_a_slow_answer_tells_is_of_when_it_was_let_in() {
        Step.Attempt slow = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofSeconds(50));

        pool.wheel.answered(slow, Allowances.spentFor(A_MINUTE), pool.now);

        assertEquals(pool.now.plusSeconds(11), pool.readyAt(groqs(BIG)));
    }

    @Test
    void a_trial_is_made_however_little_is_reckoned_to_be_left() {
        var limited = new Failure.RateLimited("too many tokens", Duration.ofSeconds(1), A_HUNDRED_OF_8000_LEFT);
        pool.failed(pool.attempt(needing(500)), limited);

        assertEquals(readyIn(Duration.ofSeconds(1)), pool.choose(needing(500)));
        pool.pass(Duration.ofSeconds(1));

        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(500)));
    }

    @Test
    void after_the_trial_what_is_left_decides_again() {
        var limited = new Failure.RateLimited("too many tokens", Duration.ofSeconds(1), A_HUNDRED_OF_8000_LEFT);
        pool.failed(pool.attempt(needing(500)), limited);
        pool.pass(Duration.ofSeconds(1));
        Step.Attempt trial = pool.attempt(needing(500));
        pool.wheel.answered(trial, A_HUNDRED_OF_8000_LEFT, pool.now);

        assertEquals(readyIn(Duration.ofSeconds(4)), pool.choose(needing(500)));
    }

    @Test
    void after_the_trial_has_been_let_in_what_is_left_decides_though_its_answer_takes_long() {
        var limited = new Failure.RateLimited("too many tokens", Duration.ofSeconds(1), A_HUNDRED_OF_8000_LEFT);
        pool.failed(pool.attempt(needing(500)), limited);
        pool.pass(Duration.ofSeconds(1));
        pool.attempt(needing(500));

        pool.pass(Duration.ofSeconds(1));

        assertEquals(readyIn(Duration.ofSeconds(7)), pool.choose(needing(500)));
    }

    @Test
    void a_key_is_back_as_soon_as_the_answer_to_a_later_call_tells_of_more() {
        Step.Attempt first = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofSeconds(1));
        Step.Attempt second = pool.attempt(groqs(BIG));
        pool.wheel.answered(first, Allowances.spentFor(A_MINUTE), pool.now);
        assertInstanceOf(Choice.NoneReady.class, pool.choose(needing(300)));

        pool.wheel.answered(second, Allowances.tokensLeft(5000, A_MINUTE), pool.now);

        assertInstanceOf(Choice.Chosen.class, pool.choose(needing(300)));
    }

    @Test
    void a_request_that_turns_out_larger_than_it_was_thought_is_not_sent_in_vain_once_more() {
        var two = new Pool(provider(GROQ, "a", "b"));
        two.wheel.answered(two.attempt(groqs(BIG)), A_HUNDRED_OF_8000_LEFT, two.now);
        two.wheel.answered(two.attempt(groqs(BIG)), A_HUNDRED_OF_8000_LEFT, two.now);
        Journey large = Journey.begin(groqs(BIG), two.terms(), 100);

        var limited = new Failure.RateLimited("", Duration.ofMinutes(1), Allowance.UNKNOWN, null, true, 600);
        Journey wiser = two.failing(large, limited);

        assertEquals(new Choice.NoneReady(two.now.plusSeconds(5), null), two.choose(wiser));
    }

    @Test
    void a_key_with_too_little_left_keeps_its_place_in_the_queue() {
        var three = new Pool(provider(GROQ, "a", "b", "c"));
        three.wheel.answered(three.attempt(groqs(BIG)), A_HUNDRED_OF_8000_LEFT, three.now);
        Journey large = Journey.begin(groqs(BIG), three.terms(), 300);

        assertEquals("groq/2", Pool.place(three.attempt(large)));
        three.pass(Duration.ofSeconds(2));

        assertEquals("groq/3", Pool.place(three.attempt(large)));
        assertEquals("groq/1", Pool.place(three.attempt(large)));
    }

    @Test
    void whoever_finds_too_little_everywhere_is_told_that_nobody_was_refused() {
        tells(A_HUNDRED_OF_8000_LEFT);

        var shortage = pool.wheel.shortage(needing(300), pool.now);

        Instant enough = pool.now.plusSeconds(2);
        var resting = new RestingKey(provider(GROQ, "a").keys().getFirst(), Failure.Kind.RATE_LIMITED, true, enough);
        assertEquals(List.of(resting), shortage.resting());
        assertEquals(enough, shortage.readyAt());
    }

    @Test
    void of_two_reasons_to_rest_the_later_is_told() {
        tells(A_HUNDRED_OF_8000_LEFT);
        pool.failed(pool.attempt(needing(10)), Pool.unavailable());

        var shortage = pool.wheel.shortage(needing(300), pool.now);

        assertEquals(pool.now.plusSeconds(2), shortage.readyAt());
        assertTrue(shortage.resting().getFirst().foreseen());
    }

    @Test
    void a_long_want_is_told_of_once() {
        var day = new Allowance(List.of(new Bucket("requests-day", 1000L, 0, Duration.ofHours(9))));
        Step.Attempt first = pool.attempt(groqs(BIG));
        Step.Attempt second = pool.attempt(groqs(BIG));

        var told = pool.wheel.answered(first, day, pool.now);
        var toldAgain = pool.wheel.answered(second, day, pool.now);

        var scope = new Scope.OfGroupModel(first.target().key().group(), BIG);
        assertEquals(List.of(new Change.Rested(scope, pool.now.plus(Duration.ofHours(9)), null)), told);
        assertEquals(List.of(), toldAgain);
    }

    @Test
    void want_that_grows_beyond_an_hour_is_told_of_again() {
        Step.Attempt first = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(101));
        Step.Attempt second = pool.attempt(groqs(BIG));
        pool.wheel.answered(first, requestsIn(Duration.ofMinutes(59)), pool.now);

        var told = pool.wheel.answered(second, requestsIn(Duration.ofMinutes(61)), pool.now);

        assertEquals(1, told.size(), told::toString);
    }

    @Test
    void want_that_a_stream_brings_about_is_told_of_when_it_begins() {
        tells(new Allowance(List.of(new Bucket("tokens-day", 100_000L, 90_000, Duration.ofHours(2), true))));
        pool.pass(Duration.ofMillis(101));
        Step.Attempt stream = pool.attempt(needing(Long.MAX_VALUE));

        var told = pool.wheel.answering(stream, pool.now);

        var scope = new Scope.OfGroupModel(stream.target().key().group(), BIG);
        assertInstanceOf(Change.Rested.class, told.getFirst());
        assertEquals(scope, ((Change.Rested) told.getFirst()).scope());
    }

    private static Allowance requestsIn(Duration reset) {
        return new Allowance(List.of(new Bucket("requests-minute", 30L, 0, reset)));
    }

    @Test
    void a_short_want_is_no_news() {
        Step.Attempt attempt = pool.attempt(needing(300));

        assertEquals(List.of(), pool.wheel.answered(attempt, A_HUNDRED_OF_8000_LEFT, pool.now));
    }

    private void tells(Allowance allowance) {
        pool.wheel.answered(pool.attempt(groqs(BIG)), allowance, pool.now);
    }

    private Journey needing(long tokens) {
        return Journey.begin(groqs(BIG), pool.terms(), tokens);
    }

    private Choice readyIn(Duration time) {
        return new Choice.NoneReady(pool.now.plus(time), null);
    }
}
