package io.keywheel.domain.quota;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.TestPool;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final TestPool testPool = new TestPool(provider(GROQ, "a"));

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
        tells(new RateLimitStatus(List.of(new Bucket("requests", 30L, 0, null))));

        assertEquals(1, begin().size());
    }

    @Test
    void what_is_answered_refused_or_given_back_is_pending_no_more() {
        tells(requestsLeft(2));
        Deque<Step.Attempt> pending = begin();

        testPool.failed(pending.pop(), new Failure.Rejected(TestPool.NO));
        pending.addAll(begin());
        assertEquals(2, pending.size());

        testPool.keyPool.withdraw(pending.pop(), testPool.journey(groqs(BIG)), testPool.now);
        pending.addAll(begin());
        assertEquals(2, pending.size());
    }

    @Test
    void what_is_answered_without_a_word_of_what_is_left_takes_from_it() {
        tells(requestsLeft(5));
        testPool.pass(A_SECOND);

        testPool.answered(testPool.attempt(groqs(BIG)));
        testPool.answered(testPool.attempt(groqs(BIG)));

        assertEquals(3, begin().size());
    }

    @Test
    void call_not_refused_for_a_second_is_admitted() {
        tells(requestsLeft(3));
        testPool.pass(A_SECOND);
        begin();

        testPool.pass(A_SECOND.minusNanos(1));
        assertEquals(waitsFor(Duration.ofNanos(1)), testPool.choose(testPool.journey(groqs(BIG))));
        testPool.pass(Duration.ofNanos(1));

        var allLetIn = new KeySelection.NoneReady(testPool.now.plus(A_MINUTE).minusSeconds(2), null);
        assertEquals(allLetIn, testPool.choose(testPool.journey(groqs(BIG))), "nothing is left, as far as is known");
    }

    @Test
    void a_call_made_later_than_it_was_decided_on_is_pending_from_then() {
        tells(requestsLeft(1));
        Step.Attempt decided = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(600));

        testPool.keyPool.begin(decided, testPool.now);

        assertEquals(waitsFor(A_SECOND), testPool.choose(testPool.journey(groqs(BIG))));
    }

    @Test
    void a_call_made_long_after_it_was_decided_on_is_pending_then_and_not_let_in_before() {
        tells(requestsLeft(2));
        testPool.pass(A_SECOND);
        Step.Attempt decided = testPool.attempt(groqs(BIG));
        testPool.pass(A_SECOND);
        testPool.choose(testPool.journey(groqs(BIG)));

        testPool.keyPool.begin(decided, testPool.now);

        assertEquals(waitsFor(A_SECOND), testPool.choose(testPool.journey(groqs(BIG))), "two are pending");
    }

    @Test
    void of_two_answers_that_of_the_later_call_tells() {
        Step.Attempt early = testPool.attempt(groqs(BIG));
        testPool.pass(A_SECOND);
        Step.Attempt late = testPool.attempt(groqs(BIG));

        testPool.keyPool.answered(late, requestsLeft(2), testPool.now);
        testPool.keyPool.answered(early, requestsLeft(9), testPool.now);

        assertEquals(2, begin().size());
    }

    @Test
    void of_two_answers_to_calls_that_began_together_the_lower_tells() {
        Step.Attempt first = testPool.attempt(groqs(BIG));
        testPool.pass(Duration.ofMillis(50));
        Step.Attempt second = testPool.attempt(groqs(BIG));

        testPool.keyPool.answered(first, requestsLeft(2), testPool.now);
        testPool.keyPool.answered(second, requestsLeft(3), testPool.now);

        assertEquals(2, begin().size());
    }

    @Test
    void after_a_limit_each_that_is_let_in_draws_two() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4), pendingBeforeEachOf(4));
    }

    @Test
    void those_that_come_one_by_one_prove_no_room_for_more_than_two() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);

        answerOneByOne(20);

        assertEquals(2, begin().size());
    }

    @Test
    void nears_what_the_last_limit_let_in_with_ever_fewer_and_goes_beyond_it_with_ever_more() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);
        answerOneByOne(6);
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4, 3, 2, 1, 2, 3, 4), pendingBeforeEachOf(10));
    }

    @Test
    void many_that_meet_a_limit_together_meet_one() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);
        pendingBeforeEachOf(3);
        Deque<Step.Attempt> herd = begin();
        herd.forEach(attempt -> testPool.failed(attempt, limited(A_SECOND)));
        testPool.pass(A_SECOND);

        assertEquals(4, herd.size());
        assertEquals(List.of(1, 2, 2, 1), pendingBeforeEachOf(4));
    }

    @Test
    void a_probe_that_fails_is_no_news_of_what_a_limit_lets_in() {
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);
        answerOneByOne(3);
        for (int i = 0; i < 2; i++) {
            testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
            testPool.pass(A_SECOND);
        }

        assertEquals(List.of(1, 2, 2, 1), pendingBeforeEachOf(4));
    }

    @Test
    void a_late_refusal_from_before_the_limit_is_no_news_either() {
        Step.Attempt late = testPool.attempt(groqs(BIG));
        testPool.failed(testPool.attempt(groqs(BIG)), limited(A_SECOND));
        testPool.pass(A_SECOND);
        answerOneByOne(3);
        testPool.failed(late, limited(A_SECOND));
        testPool.pass(A_SECOND);

        assertEquals(List.of(1, 2, 3, 4, 5), pendingBeforeEachOf(5));
    }

    @Test
    void merged_groups_share_their_admission() {
        var two = new TestPool(provider(GROQ, "a", "b"));
        Step.Attempt first = two.attempt(groqs(BIG));
        two.failed(two.attempt(groqs(BIG)), limitedOf("org", A_SECOND));
        two.failed(first, limitedOf("org", A_SECOND));
        two.pass(A_SECOND);
        two.answered(two.attempt(groqs(BIG)));

        two.attempt(groqs(BIG));
        two.attempt(groqs(BIG));

        assertEquals(new KeySelection.NoneReady(null, two.now.plus(A_SECOND)), two.choose(two.journey(groqs(BIG))));
    }

    /// Begins all that may be pending.
    private Deque<Step.Attempt> begin() {
        return begin(0);
    }

    private Deque<Step.Attempt> begin(long need) {
        var begun = new ArrayDeque<Step.Attempt>();
        while (testPool.choose(needing(need)) instanceof KeySelection.Chosen(var target, var trials)) {
            begun.add(new Step.Attempt(target, trials, testPool.now, need));
            assertTrue(begun.size() < 100, "there is no end of it");
        }
        return begun;
    }

    private void answerOneByOne(int times) {
        for (int i = 0; i < times; i++) {
            Step.Attempt attempt = testPool.attempt(groqs(BIG));
            testPool.pass(Duration.ofMillis(1));
            testPool.answered(attempt);
        }
    }

    /// How many may be pending before each of so many answers.
    private List<Integer> pendingBeforeEachOf(int answers) {
        var pending = new ArrayList<Integer>();
        for (int i = 0; i < answers; i++) {
            Deque<Step.Attempt> calls = begin();
            pending.add(calls.size());
            testPool.pass(Duration.ofMillis(1));
            testPool.answered(calls.pop());
            calls.forEach(call -> testPool.keyPool.withdraw(call, testPool.journey(groqs(BIG)), testPool.now));
        }
        return pending;
    }

    private void tells(RateLimitStatus rateLimitStatus) {
        testPool.keyPool.answered(testPool.attempt(groqs(BIG)), rateLimitStatus, testPool.now);
    }

    private RequestAttempts needing(long tokens) {
        return RequestAttempts.begin(groqs(BIG), testPool.terms(), tokens);
    }

    private KeySelection waitsFor(Duration time) {
        return new KeySelection.NoneReady(null, testPool.now.plus(time));
    }

    private static RateLimitStatus requestsLeft(long remaining) {
        return new RateLimitStatus(List.of(new Bucket("requests", 30L, remaining, A_MINUTE)));
    }

    private static RateLimitStatus tokensLeft(long remaining) {
        return new RateLimitStatus(List.of(new Bucket("tokens", 8000L, remaining, A_MINUTE)));
    }
}
