package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.quota.AcceptedCalls.AcceptedCall;
import io.keywheel.domain.quota.InFlightCalls.Call;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Duration A_WEEK = Duration.ofDays(7);
    private static final Duration MARGIN = Duration.ofMillis(10);

    /// The bucket refills 100 tokens per second.
    private static final Bucket CONTINUOUS_TOKENS = new Bucket("tokens", 8000L, 2000, A_MINUTE, true);

    private static final Bucket SPENT_REQUESTS = new Bucket("requests-minute", 30L, 0, A_MINUTE);
    private static final Bucket CONTINUOUS_REQUESTS = new Bucket("requests-minute", 30L, 0, A_MINUTE, true);

    @Test
    void request_bucket_holds_remaining_minus_taken_requests() {
        TokenBucket requests = reported(new Bucket("requests-day", 100L, 3, A_MINUTE));

        assertRoomForOthers(2, requests, NOW);
        assertRoomForOthers(1, requests.spent(1, 500, NOW), NOW);
    }

    @Test
    void token_bucket_holds_remaining_minus_taken_tokens() {
        TokenBucket tokens = reported(new Bucket("tokens-minute", 8000L, 900, A_MINUTE));

        assertTrue(tokens.hasRoomFor(9, 500, 400, NOW));
        assertFalse(tokens.hasRoomFor(9, 500, 401, NOW));
        assertHolds(400, tokens.spent(1, 500, NOW), NOW);
        TokenBucket spent = tokens.takenBy(new AcceptedCall(new Call("key", NOW, 8000), NOW), NOW);
        assertFalse(spent.hasRoomFor(0, 0, 1, NOW));
    }

    @Test
    void fixed_window_bucket_refills_only_at_its_reset() {
        TokenBucket tokens = reported(new Bucket("tokens-minute", 8000L, 900, A_MINUTE));

        assertHolds(900, tokens, NOW.plus(A_MINUTE).minusNanos(1));
        assertTrue(tokens.hasRoomFor(0, 0, 901, NOW.plus(A_MINUTE)));
        assertEquals(NOW.plus(A_MINUTE), tokens.roomFrom(0, 0, 901, NOW.plusSeconds(50)));
    }

    @Test
    void random_bucket_holds_enough_exactly_from_its_computed_time() {
        var random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            long limit = random.nextLong(2, 1_000_000);
            long left = random.nextLong(limit);
            var reset = Duration.ofNanos(random.nextLong(1, 100_000_000_000L));
            TokenBucket tokens =
                    reported(new Bucket("tokens", limit, left, reset, true)).spent(1, random.nextLong(limit), NOW);
            long need = random.nextLong(1, limit + 1);

            Instant enough = tokens.roomFrom(0, 0, need, NOW);

            if (enough.isAfter(NOW)) {
                assertTrue(tokens.hasRoomFor(0, 0, need, enough), () -> need + " of " + tokens);
                assertFalse(tokens.hasRoomFor(0, 0, need, enough.minusNanos(1)), () -> need + " of " + tokens);
            }
        }
    }

    @Test
    void full_bucket_holds_its_limit() {
        Instant later = NOW.plus(A_MINUTE).plusSeconds(9);

        for (Bucket bucket : List.of(SPENT_REQUESTS, CONTINUOUS_REQUESTS)) {
            assertRoomForOthers(29, reported(bucket), later);
            assertRoomForOthers(19, reported(bucket).spent(10, 0, later), later);
        }
        TokenBucket withoutLimit = reported(new Bucket("requests-minute", null, 0, A_MINUTE));
        assertTrue(withoutLimit.hasRoomFor(1_000_000, 0, 0, NOW.plus(A_MINUTE)));
    }

    @Test
    void fixed_window_bucket_assumes_its_next_window() {
        TokenBucket requests = reported(SPENT_REQUESTS);

        TokenBucket spent = requests.spent(30, 0, NOW.plus(A_MINUTE));

        assertFalse(spent.hasRoomFor(0, 0, 0, NOW.plusSeconds(119)));
        assertTrue(spent.hasRoomFor(0, 0, 0, NOW.plusSeconds(120)));
        assertTrue(spent.isAssumed(NOW.plusSeconds(61)));
        assertFalse(requests.isAssumed(NOW.plusSeconds(59)));
    }

    @ParameterizedTest(name = "limit {0}, filled in {1} ms: margin {2} ms")
    @CsvSource({"1, 100, 4", "1, 250, 10", "3, 300, 10", "2, 100, 4", "1000, 60000, 10"})
    void refilled_request_has_a_margin_of_10_ms_up_to_a_25th_of_the_fill_time(long limit, long filling, long margin) {
        TokenBucket requests = reported(new Bucket("requests", limit, 0, Duration.ofMillis(filling), true));
        Instant next = NOW.plus(Duration.ofMillis(filling).dividedBy(limit)).plusMillis(margin);

        assertEquals(next, requests.roomFrom(0, 0, 0, NOW));
        assertFalse(requests.hasRoomFor(0, 0, 0, next.minusNanos(1)));
        assertTrue(requests.hasRoomFor(0, 0, 0, next));
    }

    static List<Arguments> waits() {
        return List.of(
                arguments(
                        "more than the limit, some left",
                        new Bucket("tokens", 8000L, 300, A_MINUTE),
                        8001,
                        Duration.ZERO),
                arguments("more than the limit, none left", new Bucket("tokens", 8000L, 0, A_MINUTE), 8001, A_MINUTE),
                arguments("no limit, some left", new Bucket("tokens", null, 300, A_MINUTE), 301, Duration.ZERO),
                arguments("no limit, none left", new Bucket("tokens", null, 0, A_MINUTE), 0, A_MINUTE),
                arguments("no reset: for ever", new Bucket("tokens", 8000L, 0, null), 1, null),
                arguments("continuous, no limit", new Bucket("requests", null, 0, A_MINUTE, true), 0, A_MINUTE),
                arguments(
                        "reset beyond a week",
                        new Bucket("requests", 10L, 0, Duration.ofDays(400_000), true),
                        0,
                        A_WEEK.dividedBy(10).plus(MARGIN)));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("waits")
    void call_waits_for_the_reset_or_refill_of_the_bucket(
            String what, Bucket bucket, long need, @Nullable Duration wait) {
        assertEquals(
                wait == null ? Instant.MAX : NOW.plus(wait), reported(bucket).roomFrom(0, 0, need, NOW), what);
    }

    @Test
    void random_bucket_holds_its_largest_fitting_call_and_no_larger_one() {
        var random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            long limit = random.nextLong(1000, 1_000_000);
            var reset = Duration.ofNanos(random.nextLong(1, 100_000_000_000L));
            TokenBucket tokens = reported(new Bucket("tokens", limit, random.nextLong(1, limit / 2), reset, true));
            Instant now = NOW.plusNanos(random.nextLong(reset.toNanos()));

            long most = tokens.largestFitting(now);

            assertTrue(tokens.hasRoomFor(0, 0, most, now), () -> most + " of " + tokens);
            assertFalse(most < limit && tokens.hasRoomFor(0, 0, most + 1, now), () -> most + " of " + tokens);
        }
    }

    @Test
    void largest_fitting_call_fits_at_the_exact_time_of_a_refill() {
        TokenBucket tokens = reported(new Bucket("tokens", 1000L, 0, Duration.ofSeconds(7), true));
        for (int unit = 2; unit < 1000; unit++) {
            Instant now = NOW.plus(Duration.ofMillis(7).multipliedBy(unit));

            assertTrue(tokens.hasRoomFor(0, 0, tokens.largestFitting(now), now));
        }
    }

    @Test
    void limit_applies_only_to_calls_that_fit_a_full_bucket() {
        assertEquals(8000, reported(CONTINUOUS_TOKENS).limitFor(8000));
        assertEquals(Long.MAX_VALUE, reported(CONTINUOUS_TOKENS).limitFor(8001));
    }

    @Test
    void bucket_full_since_the_call_gets_no_refund() {
        var early = new AcceptedCall(new Call("key", NOW, 5000), NOW);
        var late = new AcceptedCall(new Call("key", NOW, 6000), NOW);
        Instant full = NOW.plus(A_MINUTE);
        TokenBucket bucket = reported(new Bucket("tokens", 8000L, 7900, A_MINUTE))
                .takenBy(early, NOW)
                .takenBy(late, full);

        assertEquals(2000, bucket.refundedBy(early, SpentTokens.NOTHING, full).left());
        assertEquals(8000, bucket.refundedBy(late, SpentTokens.NOTHING, full).left());
    }

    @ParameterizedTest
    @ValueSource(longs = {15_950, 15_951, Integer.MAX_VALUE, Long.MAX_VALUE})
    void spent_tokens_lower_the_bucket_to_minus_its_limit_at_most(long spent) {
        Instant later = NOW.plusMillis(500);
        TokenBucket bucket = reported(new Bucket("tokens", 8000L, 7900, Duration.ofSeconds(1), true))
                .spent(1, spent, later);

        assertEquals(later.plusSeconds(160), bucket.fullAt(), "fifty have flowed back");
    }

    @ParameterizedTest(name = "continuous: {0}")
    @ValueSource(booleans = {true, false})
    void overdrawn_bucket_with_an_endless_reset_is_full_after_a_week(boolean continuous) {
        var bucket = reported(new Bucket("requests", 30L, 0, Duration.ofSeconds(Long.MAX_VALUE), continuous))
                .spent(30, 0, NOW);

        assertEquals(NOW.plus(A_WEEK), bucket.fullAt());
    }

    /// Simulates a provider with an unknown rate. The bucket never holds more than the provider's before it is full,
    /// and admits at most one call too many afterwards.
    @ParameterizedTest(name = "limit {0}")
    @ValueSource(longs = {1, 3, 5, 30, 1000})
    void random_reports_narrow_the_refill_rate_and_admit_at_most_one_call_too_many(long limit) {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var provider = new Provider(limit, random.nextLong(1_000_000, 10_000_000_000L), random);
            TokenBucket bucket = provider.answer(null);
            for (int call = 0; call < 60; call++) {
                assertTrue(bucket.perNano() * provider.perCall > 0.999999, "slower than it fills, seed " + seed);
                TokenBucket lessOne = bucket.spent(1, 0, provider.now);
                for (int i = 0; i < 5; i++) {
                    provider.pass(random.nextDouble() * 0.8);
                    boolean isRight =
                            !holds(1, bucket, provider) && !holds(1, lessOne, provider) && holds(-1, bucket, provider);
                    if (!isRight) {
                        fail("seed " + seed + ", call " + call + ": " + provider.level + " in " + bucket);
                    }
                }
                bucket = provider.answer(bucket);
            }
            double missing = limit - bucket.reported().remaining();
            assertEquals(missing, missing * bucket.perNano() * provider.perCall, 0.3, "seed " + seed);
        }
    }

    /// Whether `bucket` holds at least `more` calls above the provider's level.
    private static boolean holds(int more, TokenBucket bucket, Provider provider) {
        long amount = (long) (provider.level + 1e-6) + more;
        return amount <= 0 || bucket.hasRoomFor((int) amount - 1, 0, 0, provider.now.plus(bucket.margin()));
    }

    /// A provider that limits calls, and refills one each `perCall` nanoseconds.
    private static final class Provider {

        private final long limit;
        private final long perCall;
        private double level;
        private Instant now = NOW;

        Provider(long limit, long perCall, Random random) {
            this.limit = limit;
            this.perCall = perCall;
            this.level = random.nextDouble() * limit;
        }

        void pass(double calls) {
            now = now.plusNanos((long) (calls * perCall));
            level = Math.min((double) limit, level + calls);
        }

        /// Answers a call as soon as the level allows. The gateway sees the call as accepted a second later.
        TokenBucket answer(@Nullable TokenBucket before) {
            pass(Math.max(0, 1 - level));
            level = Math.max(0, level - 1);
            var reset = Duration.ofNanos((long) (((double) limit - level) * perCall));
            var report = new Bucket("requests", limit, (long) (level + 1e-9), reset, true);
            return TokenBucket.reported(report, now.plusSeconds(1), now, before);
        }
    }

    @Test
    void refill_rate_follows_a_change_at_the_provider() {
        TokenBucket slow = reported(CONTINUOUS_REQUESTS);

        TokenBucket fast =
                TokenBucket.reported(new Bucket("requests", 30L, 0, A_MINUTE.dividedBy(2), true), NOW, NOW, slow);
        TokenBucket larger = TokenBucket.reported(new Bucket("requests", 60L, 0, A_MINUTE, true), NOW, NOW, slow);

        assertEquals(29.0 / Duration.ofSeconds(30).toNanos(), fast.perNano(), 1e-18);
        assertEquals(60.0 / A_MINUTE.toNanos(), larger.perNano());
        assertTrue(fast.hasRoomFor(0, 0, 0, NOW.plus(MARGIN)), "at this rate, nearly one remains");
    }

    private static void assertRoomForOthers(long most, TokenBucket requests, Instant now) {
        assertTrue(requests.hasRoomFor((int) most, 0, 0, now));
        assertFalse(requests.hasRoomFor((int) most + 1, 0, 0, now));
    }

    private static void assertHolds(long most, TokenBucket tokens, Instant now) {
        assertTrue(tokens.hasRoomFor(0, 0, most, now));
        assertFalse(tokens.hasRoomFor(0, 0, most + 1, now));
    }

    private static TokenBucket reported(Bucket bucket) {
        return TokenBucket.reported(bucket, NOW, NOW, null);
    }
}
