package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Refunds of the tokens that calls took and did not spend.
class TokenRefundTest extends PoolFixture {

    private static final Failure CANCELLED = new Failure.Cancelled();

    /// The bucket refills 100 tokens per second.
    private static final Bucket CONTINUOUS = new Bucket("tokens", 8000L, 7900, A_SECOND, true);

    private static final Bucket ONE_REQUEST = new Bucket("requests", 30L, 1, A_MINUTE);

    private TestPool pool = new TestPool(keys(GROQ, "a@team", "b@team"));

    static List<Arguments> ends() {
        Duration soon = Duration.ofNanos(1);
        return List.of(
                arguments(new Failure.TooLarge(NO), 7900, true),
                arguments(new Failure.Unsupported(NO), 7900, true),
                arguments(new Failure.Rejected(NO), 7900, true),
                arguments(new Failure.Overloaded("busy", soon), 7900, true),
                arguments(new Failure.Unavailable("down", soon), 7900, true),
                arguments(new Failure.NotSent("no socket"), 7900, true),
                arguments(CANCELLED, 7400, false),
                arguments(new Failure.Interrupted("cut"), 7400, false),
                arguments(new Failure.EmptyReply("nothing"), 7400, false),
                arguments(new Failure.OutOfTime(), 7400, false));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void refused_call_refunds_everything_and_another_failure_its_unspent_tokens(
            Failure end, long tokens, boolean request) {
        report(CONTINUOUS, ONE_REQUEST);
        Step.Attempt call = accept(5000);

        pool.keyPool.failed(call, null, end, 500, pool.now, 0.5);
        pool.pass(Duration.ofNanos(2));

        assertEquals(request ? pool.now : START.plus(A_MINUTE), readyFor(tokens));
    }

    @ParameterizedTest(name = "{0} of 4000 spent: holds {1}")
    @CsvSource({"1500, 6400", "4000, 3900", "4001, 3900", "9223372036854775807, 3900", "-9223372036854775808, 7900"})
    void answered_call_refunds_its_unspent_tokens(long spent, long holds) {
        report(CONTINUOUS);
        Step.Attempt call = accept(4000);

        pool.keyPool.answered(call, null, RateLimitStatus.UNKNOWN, spent, pool.now);

        assertHolds(holds);
    }

    @Test
    void provider_that_keeps_reserved_tokens_refunds_only_refused_calls() {
        pool = new TestPool(
                new ProviderProfile(GROQ, BIG, keys(GROQ, "a@team", "b@team").keys(), 16_384));
        report(CONTINUOUS);
        Step.Attempt answered = accept(1000);
        Step.Attempt cancelled = accept(1000);
        Step.Attempt refused = accept(1000);

        pool.keyPool.answered(answered, null, RateLimitStatus.UNKNOWN, 10, pool.now);
        pool.keyPool.failed(cancelled, null, CANCELLED, 10, pool.now, 0.5);
        pool.keyPool.failed(refused, null, new Failure.Rejected(NO), 10, pool.now, 0.5);

        assertHolds(5900);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_001, Integer.MAX_VALUE, Long.MAX_VALUE})
    void stream_with_an_estimate_above_the_limit_takes_one_token(long estimate) {
        report(
                new Bucket("tokens-day", 1_000_000L, 500_000, Duration.ofSeconds(40_000)),
                new Bucket("tokens-month", null, 500_000, Duration.ofSeconds(80_000)));

        Step.Attempt stream = accept(estimate);

        assertEquals(pool.now, readyFor(499_999));
        assertEquals(List.of(), pool.answering(stream), "no shortage is reported");
    }

    @Test
    void refused_call_makes_its_blocked_group_ready() {
        report(ONE_REQUEST);
        Step.Attempt last = accept(0);
        assertFalse(pool.isReady());

        pool.failed(last, new Failure.Rejected(NO));

        assertTrue(pool.isReady());
    }

    @Test
    void two_equal_calls_each_refund_their_tokens_once() {
        pool = new TestPool(keys(GROQ, "a"));
        report(CONTINUOUS);
        Step.Attempt one = accept(3000);
        Step.Attempt other = accept(3000);
        assertEquals(one, other);

        pool.failed(one, CANCELLED);
        pool.failed(other, CANCELLED);

        assertHolds(7900);
    }

    @Test
    void call_in_flight_during_a_quota_report_still_refunds_its_tokens() {
        report(CONTINUOUS);
        Step.Attempt stream = accept(10);
        pool.pass(A_SECOND);
        Step.Attempt cancelled = accept(5000);
        pool.answered(stream, reported(CONTINUOUS));

        pool.failed(cancelled, CANCELLED);

        assertHolds(7900);
    }

    @Test
    void late_begin_or_withdrawal_refunds_tokens_since_the_decision() {
        report(CONTINUOUS);
        RequestAttempts requestAttempts = pool.needing(5000);
        Step.Attempt decided = pool.attempt(requestAttempts);
        pool.pass(A_SECOND);
        assertNotEquals(pool.now, readyFor(7900));

        Step.Attempt begun = pool.keyPool.begin(decided, pool.now);
        assertEquals(pool.now, readyFor(7900));
        pool.pass(A_SECOND);
        assertNotEquals(pool.now, readyFor(7900));

        pool.withdraw(begun, requestAttempts);
        assertHolds(7900);
    }

    @ParameterizedTest(name = "key kept: {0}, holds {1}")
    @CsvSource({"true, 7900", "false, 2900"})
    void call_refunds_its_tokens_after_a_reload_only_if_its_key_is_kept(boolean kept, long holds) {
        report(CONTINUOUS);
        Step.Attempt call = accept(5000);
        String other = key(call).equals("a") ? "b@team" : "a@team";
        pool.reload(kept ? keys(GROQ, "b@team", "a@team") : keys(GROQ, other));

        pool.failed(call, CANCELLED);

        assertHolds(holds);
    }

    /// Reports the buckets, then lets 101 ms pass, so that later calls are not part of the report.
    private void report(Bucket... buckets) {
        pool.answered(pool.attempt(), new RateLimitStatus(List.of(buckets)));
        pool.pass(Duration.ofMillis(101));
    }

    /// Begins a stream and delivers its first content.
    private Step.Attempt accept(long need) {
        Step.Attempt call = pool.attempt(pool.needing(need));
        pool.answering(call);
        return call;
    }

    private Instant readyFor(long need) {
        return pool.unavailability(pool.needing(need)).readyAt();
    }

    /// Asserts that the bucket holds `tokens`, and less than 150 more.
    private void assertHolds(long tokens) {
        assertEquals(pool.now, readyFor(tokens));
        if (tokens + 150 <= 8000) {
            assertNotEquals(pool.now, readyFor(tokens + 150));
        }
    }
}
