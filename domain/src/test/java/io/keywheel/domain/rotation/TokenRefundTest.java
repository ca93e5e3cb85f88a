package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a call takes from a bucket comes back or is spent.
class TokenRefundTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    /// A hundred tokens flow back each second.
    private static final Bucket EVENLY = new Bucket("tokens", 8000L, 7900, A_SECOND, true);

    private TestPool testPool = new TestPool(keys(GROQ, "a@team", "b@team"));

    static List<Failure> refusals() {
        return List.of(
                new Failure.TooLarge(TestPool.NO),
                new Failure.Unsupported(TestPool.NO),
                new Failure.Rejected(TestPool.NO),
                new Failure.Overloaded("busy", Duration.ofNanos(1)),
                new Failure.Unavailable("down", Duration.ofNanos(1)));
    }

    static List<Failure> ends() {
        return List.of(
                new Failure.Cancelled(),
                new Failure.Interrupted("cut"),
                new Failure.EmptyReply("nothing"),
                new Failure.OutOfTime());
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_001, Integer.MAX_VALUE, Long.MAX_VALUE})
    void stream_estimated_above_the_limit_leaves_the_quota_to_others(long estimate) {
        tells(
                new Bucket("tokens-day", 1_000_000L, 500_000, Duration.ofSeconds(40_000)),
                new Bucket("tokens-month", null, 500_000, Duration.ofSeconds(80_000)));

        Step.Attempt stream = letIn(estimate);

        assertEquals(testPool.now, readyFor(499_999));
        assertEquals(List.of(), testPool.keyPool.answering(stream, testPool.now), "no shortage is reported");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void call_refused_late_gives_all_back(Failure refusal) {
        tells(EVENLY, new Bucket("requests", 30L, 1, A_MINUTE));
        Step.Attempt call = letIn(5000);

        testPool.keyPool.failed(call, refusal, Integer.MAX_VALUE, testPool.now, 0.5);
        testPool.pass(Duration.ofNanos(2));

        assertHolds(7900);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void call_left_or_broken_off_gives_back_what_it_has_not_spent(Failure end) {
        tells(EVENLY);
        Step.Attempt call = letIn(5000);

        testPool.keyPool.failed(call, end, 500, testPool.now, 0.5);

        assertHolds(7400);
    }

    @Test
    void call_left_has_spent_its_request() {
        tells(EVENLY, new Bucket("requests", 30L, 1, A_MINUTE));

        testPool.failed(letIn(10), new Failure.Cancelled());

        assertEquals(TestPool.START.plus(A_MINUTE), readyFor(0));
    }

    @Test
    void call_answered_with_less_than_estimated_gives_the_rest_back() {
        tells(EVENLY);
        Step.Attempt call = letIn(4000);

        testPool.keyPool.answered(call, RateLimitStatus.UNKNOWN, 1500, testPool.now);

        assertHolds(6400);
    }

    @ParameterizedTest
    @ValueSource(longs = {4000, 4001, Long.MAX_VALUE})
    void call_answered_with_no_less_than_estimated_gives_nothing_back(long spent) {
        tells(EVENLY);
        Step.Attempt call = letIn(4000);

        testPool.keyPool.answered(call, RateLimitStatus.UNKNOWN, spent, testPool.now);

        assertHolds(3900);
    }

    @Test
    void call_with_a_negative_use_gives_back_what_it_took_and_no_more() {
        tells(EVENLY);
        Step.Attempt call = letIn(4000);

        testPool.keyPool.answered(call, RateLimitStatus.UNKNOWN, Long.MIN_VALUE, testPool.now);

        assertHolds(7900);
    }

    @Test
    void calls_that_are_alike_in_everything_give_back_one_each() {
        testPool = new TestPool(keys(GROQ, "a"));
        tells(EVENLY);
        Step.Attempt one = testPool.attempt(needing(3000));
        Step.Attempt other = testPool.attempt(needing(3000));
        assertEquals(one, other);
        testPool.keyPool.answering(one, testPool.now);
        testPool.keyPool.answering(other, testPool.now);

        testPool.failed(one, new Failure.Cancelled());
        testPool.failed(other, new Failure.Cancelled());

        assertHolds(7900);
    }

    @Test
    void what_comes_back_to_a_full_bucket_is_no_more_than_its_limit() {
        tells(EVENLY);
        Step.Attempt early = letIn(5000);
        testPool.pass(A_MINUTE);

        testPool.failed(early, new Failure.Cancelled());

        assertEquals(8000, held());
    }

    @Test
    void answer_tells_less_only_what_calls_let_in_since_have_spent() {
        tells(EVENLY);
        Step.Attempt stream = letIn(10);
        testPool.pass(A_SECOND);
        Step.Attempt left = letIn(5000);
        letIn(700);
        testPool.failed(left, new Failure.Cancelled());

        testPool.keyPool.answered(stream, new RateLimitStatus(List.of(EVENLY)), testPool.now);

        assertHolds(7200);
    }

    @Test
    void what_an_answer_tells_less_a_call_still_under_way_comes_back_too() {
        tells(EVENLY);
        Step.Attempt stream = letIn(10);
        testPool.pass(A_SECOND);
        Step.Attempt left = letIn(5000);
        testPool.keyPool.answered(stream, new RateLimitStatus(List.of(EVENLY)), testPool.now);

        testPool.failed(left, new Failure.Cancelled());

        assertHolds(7900);
    }

    @Test
    void call_made_long_after_it_was_decided_on_has_taken_nothing_before() {
        tells(EVENLY);
        Step.Attempt decided = testPool.attempt(needing(5000));
        testPool.pass(A_SECOND);
        readyFor(1);

        testPool.keyPool.begin(decided, testPool.now);

        assertEquals(testPool.now, readyFor(7900));
    }

    @Test
    void call_withdrawn_late_gives_all_back() {
        tells(EVENLY);
        RequestAttempts requestAttempts = needing(5000);
        Step.Attempt decided = testPool.attempt(requestAttempts);
        testPool.pass(A_SECOND);
        readyFor(1);

        testPool.keyPool.withdraw(decided, requestAttempts, testPool.now);

        assertHolds(7900);
    }

    @Test
    void call_gives_back_to_the_group_that_its_group_has_joined() {
        testPool = new TestPool(provider(GROQ, "a", "b", "b"));
        testPool.keyPool.answered(testPool.attempt(groqs(BIG)), RateLimitStatus.UNKNOWN, testPool.now);
        Step.Attempt b = testPool.attempt(groqs(BIG));
        testPool.keyPool.answered(b, new RateLimitStatus(List.of(EVENLY)), testPool.now);
        testPool.pass(A_SECOND);
        Step.Attempt call = testPool.attempt(needing(5000));
        testPool.keyPool.answering(call, testPool.now);
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", Duration.ofNanos(1)));
        testPool.failed(testPool.attempt(groqs(BIG)), limitedOf("org", Duration.ofNanos(1)));
        testPool.pass(A_SECOND);
        testPool.answered(testPool.attempt(groqs(BIG)));

        testPool.failed(call, new Failure.Cancelled());

        assertEquals(testPool.now, readyFor(7900));
    }

    @Test
    void call_gives_back_after_the_settings_were_read_anew() {
        tells(EVENLY);
        Step.Attempt call = letIn(5000);
        testPool.reload(keys(GROQ, "b@team", "a@team"));

        testPool.failed(call, new Failure.Cancelled());

        assertHolds(7900);
    }

    @Test
    void call_of_a_key_that_has_left_has_spent_its_estimate() {
        tells(EVENLY);
        Step.Attempt call = letIn(5000);
        String other = TestPool.key(call).equals("a") ? "b@team" : "a@team";
        testPool.reload(keys(GROQ, other));

        testPool.failed(call, new Failure.Cancelled());

        assertHolds(2900);
    }

    @Test
    void clock_that_steps_back_lengthens_no_rest_by_more_than_the_step() {
        tells(new Bucket("tokens", 8000L, 0, A_SECOND, true));
        Instant ready = readyFor(8000);

        testPool.now = testPool.now.minus(A_SECOND);

        assertEquals(ready, readyFor(8000));
    }

    private void tells(Bucket... buckets) {
        testPool.keyPool.answered(testPool.attempt(groqs(BIG)), new RateLimitStatus(List.of(buckets)), testPool.now);
        testPool.pass(Duration.ofMillis(200));
        // What has flowed back meanwhile is no matter of these tests.
        testPool.now = TestPool.START.plusMillis(101);
    }

    /// A stream whose first content has come.
    private Step.Attempt letIn(long need) {
        Step.Attempt call = testPool.attempt(needing(need));
        testPool.keyPool.answering(call, testPool.now);
        return call;
    }

    private RequestAttempts needing(long tokens) {
        return RequestAttempts.begin(groqs(BIG), testPool.terms(), tokens);
    }

    private Instant readyFor(long need) {
        return testPool.keyPool.shortage(needing(need), testPool.now).readyAt();
    }

    /// The largest need that no bucket keeps away now.
    private long held() {
        long most = 0;
        for (long step = 1 << 13; step > 0; step /= 2) {
            if (most + step <= 8000 && readyFor(most + step).equals(testPool.now)) {
                most += step;
            }
        }
        return most;
    }

    private void assertHolds(long tokens) {
        long held = held();
        assertTrue(held >= tokens && held <= tokens + 150, () -> "holds " + held);
        assertInstanceOf(Step.Attempt.class, testPool.choose(needing(tokens)));
    }
}
