package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # The bucket refills 100 tokens per second.
                    a refused call makes its blocked group ready | a@team b@team | left 1 requests 1m; pass 0.101s; begin 1; content 1; none; fail 1 rejected; ready
                    two equal calls each refund their tokens | a | left 7900 refilling 1s; pass 0.101s; begin 1 3000t; content 1; begin 2 3000t; content 2; holds 1900; fail 1 cancelled; fail 2 cancelled; back 7900t in 0s
                    a call in flight during a report still refunds its tokens | a@team b@team | left 7900 refilling 1s; pass 0.101s; begin 1 10t; content 1; pass 1s; begin 2 5000t; content 2; answer 1 left 7900 refilling 1s; fail 2 cancelled; back 7900t in 0s
                    a call refunds its tokens after a reload if its key is kept | a@team b@team | left 7900 refilling 1s; pass 0.101s; begin 1 5000t with b; content 1; reload b@team a@team; fail 1 cancelled; back 7900t in 0s
                    a call refunds no tokens after a reload without its key | a@team b@team | left 7900 refilling 1s; pass 0.101s; begin 1 5000t with b; content 1; reload a@team; fail 1 cancelled; holds 2900
                    """)
    void call_refunds_what_it_took_once(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
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
