package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.limitedOf;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermitsTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final Pool pool = new Pool(provider(GROQ, "a"));

    @Test
    void no_more_are_pending_than_the_provider_has_said_there_is_left_for() {
        tells(requestsLeft(3));

        assertEquals(3, begin().size());
    }

    @Test
    void each_takes_from_it_what_it_needs() {
        tells(tokensLeft(1000));

        assertEquals(2, begin(400).size());
        assertEquals(1, begin(150).size(), "200 are not spoken for");
    }

    @Test
    void one_may_always_be_pending() {
        tells(new Allowance(List.of(new Bucket("requests", 30L, 0, null))));

        assertEquals(1, begin().size());
    }

    @Test
    void what_is_answered_refused_or_given_back_is_pending_no_more() {
        tells(requestsLeft(2));
        Deque<Step.Attempt> pending = begin();

        pool.failed(pending.pop(), new Failure.Rejected(Pool.NO));
        pending.addAll(begin());
        assertEquals(2, pending.size());

        pool.wheel.withdraw(pending.pop(), pool.journey(groqs(BIG)), pool.now);
        pending.addAll(begin());
        assertEquals(2, pending.size());
    }

    @Test
    void what_is_answered_without_a_word_of_what_is_left_takes_from_it() {
        tells(requestsLeft(5));
        pool.pass(A_SECOND);

        pool.answered(pool.attempt(groqs(BIG)));
        pool.answered(pool.attempt(groqs(BIG)));

        assertEquals(3, begin().size());
    }

    @Test
    void whoever_is_not_refused_for_a_second_has_been_let_in() {
        tells(requestsLeft(3));
        pool.pass(A_SECOND);
        begin();

        pool.pass(A_SECOND.minusNanos(1));
        assertEquals(waitsFor(Duration.ofNanos(1)), pool.choose(pool.journey(groqs(BIG))));
        pool.pass(Duration.ofNanos(1));

        var allLetIn = new Choice.NoneReady(pool.now.plus(A_MINUTE).minusSeconds(2), null);
        assertEquals(allLetIn, pool.choose(pool.journey(groqs(BIG))), "nothing is left, as far as is known");
    }

    @Test
    void a_call_made_later_than_it_was_decided_on_is_pending_from_then() {
        tells(requestsLeft(1));
        Step.Attempt decided = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(600));

        pool.wheel.begin(decided, pool.now);

        assertEquals(waitsFor(A_SECOND), pool.choose(pool.journey(groqs(BIG))));
    }

    @Test
    void a_call_made_long_after_it_was_decided_on_is_pending_then_and_not_let_in_before() {
        tells(requestsLeft(2));
        pool.pass(A_SECOND);
        Step.Attempt decided = pool.attempt(groqs(BIG));
        pool.pass(A_SECOND);
        pool.choose(pool.journey(groqs(BIG)));

        pool.wheel.begin(decided, pool.now);

        assertEquals(waitsFor(A_SECOND), pool.choose(pool.journey(groqs(BIG))), "two are pending");
    }

    @Test
    void of_two_answers_that_of_the_later_call_tells() {
        Step.Attempt early = pool.attempt(groqs(BIG));
        pool.pass(A_SECOND);
        Step.Attempt late = pool.attempt(groqs(BIG));

        pool.wheel.answered(late, requestsLeft(2), pool.now);
        pool.wheel.answered(early, requestsLeft(9), pool.now);

        assertEquals(2, begin().size());
    }

    @Test
    void of_two_answers_to_calls_that_began_together_the_lower_tells() {
        Step.Attempt first = pool.attempt(groqs(BIG));
        pool.pass(Duration.ofMillis(50));
        Step.Attempt second = pool.attempt(groqs(BIG));

        pool.wheel.answered(first, requestsLeft(2), pool.now);
        pool.wheel.answered(second, requestsLeft(3), pool.now);

        assertEquals(2, begin().size());
    }

    @Test
    void after_a_limit_each_that_is_let_in_draws_two() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4), pendingBeforeEachOf(4));
    }

    @Test
    void those_that_come_one_by_one_prove_no_room_for_more_than_two() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);

        answerOneByOne(20);

        assertEquals(2, begin().size());
    }

    @Test
    void nears_what_the_last_limit_let_in_with_ever_fewer_and_goes_beyond_it_with_ever_more() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);
        answerOneByOne(6);
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4, 3, 2, 1, 2, 3, 4), pendingBeforeEachOf(10));
    }

    @Test
    void many_that_meet_a_limit_together_meet_one() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);
        pendingBeforeEachOf(3);
        Deque<Step.Attempt> herd = begin();
        herd.forEach(attempt -> pool.failed(attempt, limited(A_SECOND)));
        pool.pass(A_SECOND);

        assertEquals(4, herd.size());
        assertEquals(List.of(1, 2, 2, 1), pendingBeforeEachOf(4));
    }

    @Test
    void a_trial_that_fails_is_no_news_of_what_a_limit_lets_in() {
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);
        answerOneByOne(3);
        for (int i = 0; i < 2; i++) {
            pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
            pool.pass(A_SECOND);
        }

        assertEquals(List.of(1, 2, 2, 1), pendingBeforeEachOf(4));
    }

    @Test
    void a_late_refusal_from_before_the_limit_is_no_news_either() {
        Step.Attempt late = pool.attempt(groqs(BIG));
        pool.failed(pool.attempt(groqs(BIG)), limited(A_SECOND));
        pool.pass(A_SECOND);
        answerOneByOne(3);
        pool.failed(late, limited(A_SECOND));
        pool.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4, 5), pendingBeforeEachOf(5));
    }

    @Test
    void two_groups_that_turn_out_to_be_one_share_their_permits() {
        var two = new Pool(provider(GROQ, "a", "b"));
        Step.Attempt first = two.attempt(groqs(BIG));
        two.failed(two.attempt(groqs(BIG)), limitedOf("org", A_SECOND));
        two.failed(first, limitedOf("org", A_SECOND));
        two.pass(A_SECOND);
        two.answered(two.attempt(groqs(BIG)));

        two.attempt(groqs(BIG));
        two.attempt(groqs(BIG));

        assertEquals(new Choice.NoneReady(null, two.now.plus(A_SECOND)), two.choose(two.journey(groqs(BIG))));
    }

    /// Begins all that may be pending.
    private Deque<Step.Attempt> begin() {
        return begin(0);
    }

    private Deque<Step.Attempt> begin(long need) {
        var begun = new ArrayDeque<Step.Attempt>();
        while (pool.choose(needing(need)) instanceof Choice.Chosen(var target, var trials)) {
            begun.add(new Step.Attempt(target, trials, pool.now, need));
            assertTrue(begun.size() < 100, "there is no end of it");
        }
        return begun;
    }

    private void answerOneByOne(int times) {
        for (int i = 0; i < times; i++) {
            Step.Attempt attempt = pool.attempt(groqs(BIG));
            pool.pass(Duration.ofMillis(1));
            pool.answered(attempt);
        }
    }

    /// How many may be pending before each of so many answers.
    private List<Integer> pendingBeforeEachOf(int answers) {
        var pending = new ArrayList<Integer>();
        for (int i = 0; i < answers; i++) {
            Deque<Step.Attempt> calls = begin();
            pending.add(calls.size());
            pool.pass(Duration.ofMillis(1));
            pool.answered(calls.pop());
            calls.forEach(call -> pool.wheel.withdraw(call, pool.journey(groqs(BIG)), pool.now));
        }
        return pending;
    }

    private void tells(Allowance allowance) {
        pool.wheel.answered(pool.attempt(groqs(BIG)), allowance, pool.now);
    }

    private Journey needing(long tokens) {
        return Journey.begin(groqs(BIG), pool.terms(), tokens);
    }

    private Choice waitsFor(Duration time) {
        return new Choice.NoneReady(null, pool.now.plus(time));
    }

    private static Allowance requestsLeft(long remaining) {
        return new Allowance(List.of(new Bucket("requests", 30L, remaining, A_MINUTE)));
    }

    private static Allowance tokensLeft(long remaining) {
        return new Allowance(List.of(new Bucket("tokens", 8000L, remaining, A_MINUTE)));
    }
}
