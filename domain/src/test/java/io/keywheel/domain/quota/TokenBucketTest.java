package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @Test
    void holds_what_is_left_less_what_is_taken() {
        TokenBucket requests = level(new Bucket("requests-day", 100L, 3, A_MINUTE));

        assertTrue(requests.hasRoomFor(2, 0, 0, NOW));
        assertFalse(requests.hasRoomFor(3, 0, 0, NOW));
        TokenBucket after = requests.less(1, 500, NOW);
        assertTrue(after.hasRoomFor(1, 0, 0, NOW));
        assertFalse(after.hasRoomFor(2, 0, 0, NOW));
    }

    @Test
    void counts_tokens_where_the_bucket_does() {
        TokenBucket tokens = level(new Bucket("tokens-minute", 8000L, 900, A_MINUTE));

        assertTrue(tokens.hasRoomFor(9, 500, 400, NOW));
        assertFalse(tokens.hasRoomFor(9, 500, 401, NOW));
        TokenBucket after = tokens.less(1, 500, NOW);
        assertTrue(after.hasRoomFor(9, 0, 400, NOW));
        assertFalse(after.hasRoomFor(9, 0, 401, NOW));
    }

    @Test
    void one_that_fills_at_once_holds_no_more_until_its_reset() {
        TokenBucket tokens = level(new Bucket("tokens-minute", 8000L, 900, A_MINUTE));

        assertFalse(tokens.hasRoomFor(0, 0, 901, NOW.plus(A_MINUTE).minusNanos(1)));
        assertTrue(tokens.hasRoomFor(0, 0, 901, NOW.plus(A_MINUTE)));
        assertEquals(NOW.plus(A_MINUTE), tokens.roomFrom(0, 0, 901, NOW.plusSeconds(50)));
    }

    @Test
    void holds_enough_at_the_very_moment_it_names_and_not_before() {
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long limit = random.nextLong(2, 1_000_000);
            long left = random.nextLong(limit);
            var reset = Duration.ofNanos(random.nextLong(1, 100_000_000_000L));
            TokenBucket tokens =
                    level(new Bucket("tokens", limit, left, reset, true)).less(1, random.nextLong(limit), NOW);
            long need = random.nextLong(1, limit + 1);

            Instant enough = tokens.roomFrom(0, 0, need, NOW);

            if (enough != null) {
                assertTrue(tokens.hasRoomFor(0, 0, need, enough), () -> need + " of " + tokens);
                assertFalse(tokens.hasRoomFor(0, 0, need, enough.minusNanos(1)), () -> need + " of " + tokens);
            }
        }
    }

    @Test
    void one_that_fills_evenly_holds_enough_once_as_much_has_flowed_back() {
        TokenBucket tokens = level(new Bucket("tokens", 8000L, 2000, A_MINUTE, true));

        assertEquals(NOW.plusMillis(10), tokens.roomFrom(0, 0, 2001, NOW));
        assertEquals(NOW.plusSeconds(30), tokens.roomFrom(0, 0, 5000, NOW.plusSeconds(9)));
        assertFalse(tokens.hasRoomFor(0, 0, 5000, NOW.plusSeconds(30).minusMillis(1)));
        assertTrue(tokens.hasRoomFor(0, 0, 5000, NOW.plusSeconds(30)));
    }

    @Test
    void one_that_fills_evenly_goes_on_to_fill_from_what_was_taken() {
        TokenBucket requests = level(new Bucket("requests-minute", 30L, 0, A_MINUTE, true));

        TokenBucket after = requests.less(1, 0, NOW.plusMillis(2400));

        assertEquals(NOW.plusSeconds(4), after.roomFrom(0, 0, 0, NOW.plusMillis(2400)));
    }

    @Test
    void one_that_fills_evenly_is_full_the_later_the_more_was_taken() {
        TokenBucket requests = level(new Bucket("requests-minute", 30L, 0, A_MINUTE, true));

        TokenBucket after = requests.less(1, 0, NOW).less(1, 0, NOW);

        assertFalse(after.hasRoomFor(29, 0, 0, NOW.plusSeconds(64).minusNanos(1)));
        assertTrue(after.hasRoomFor(29, 0, 0, NOW.plusSeconds(64)));
    }

    @Test
    void holds_its_limit_once_full_and_no_more() {
        TokenBucket atOnce = level(new Bucket("requests-minute", 30L, -3, A_MINUTE));
        TokenBucket evenly = level(new Bucket("requests-minute", 30L, 0, A_MINUTE, true));
        Instant later = NOW.plus(A_MINUTE).plusSeconds(9);

        assertEquals(NOW.plus(A_MINUTE), atOnce.roomFrom(0, 0, 0, NOW));
        for (TokenBucket tokenBucket : List.of(atOnce, evenly)) {
            assertTrue(tokenBucket.hasRoomFor(29, 0, 0, later));
            assertFalse(tokenBucket.hasRoomFor(30, 0, 0, later));
            assertTrue(tokenBucket.less(10, 0, later).hasRoomFor(19, 0, 0, later));
            assertFalse(tokenBucket.less(10, 0, later).hasRoomFor(20, 0, 0, later));
        }
    }

    @Test
    void holds_any_number_once_full_where_nobody_said_how_many() {
        TokenBucket requests = level(new Bucket("requests-minute", null, 0, A_MINUTE));

        assertTrue(requests.hasRoomFor(1_000_000, 0, 0, NOW.plus(A_MINUTE)));
    }

    @Test
    void one_that_fills_at_once_is_full_again_after_as_long_a_time_and_does_not_promise_it() {
        TokenBucket requests = level(new Bucket("requests-minute", 30L, 0, A_MINUTE));

        TokenBucket spent = requests.less(30, 0, NOW.plus(A_MINUTE));

        assertFalse(spent.hasRoomFor(0, 0, 0, NOW.plusSeconds(119)));
        assertTrue(spent.hasRoomFor(0, 0, 0, NOW.plusSeconds(120)));
        assertTrue(spent.isAssumed(NOW.plusSeconds(61)));
        assertFalse(requests.isAssumed(NOW.plusSeconds(59)));
    }

    @Test
    void does_not_wait_for_what_it_could_not_hold_when_full() {
        assertNull(level(new Bucket("tokens", 8000L, 300, A_MINUTE)).roomFrom(0, 0, 8001, NOW));
        assertNull(level(new Bucket("tokens", null, 300, A_MINUTE)).roomFrom(0, 0, 301, NOW));
        assertEquals(
                NOW.plus(A_MINUTE),
                level(new Bucket("tokens", 8000L, 0, A_MINUTE)).roomFrom(0, 0, 8001, NOW));
        assertEquals(
                NOW.plus(A_MINUTE),
                level(new Bucket("tokens", null, 0, A_MINUTE)).roomFrom(0, 0, 0, NOW));
    }

    @Test
    void names_the_largest_call_that_it_holds() {
        TokenBucket tokens = level(new Bucket("tokens", 8000L, 2000, A_MINUTE, true));

        assertEquals(2000, tokens.largestFitting(NOW));
        assertEquals(2000, tokens.largestFitting(NOW.plusMillis(9)));
        assertEquals(2001, tokens.largestFitting(NOW.plusMillis(10)));
        assertEquals(
                Long.MAX_VALUE, level(new Bucket("requests", 30L, 0, A_MINUTE)).largestFitting(NOW));
    }

    @Test
    void holds_the_largest_call_that_it_names_and_no_larger_one() {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long limit = random.nextLong(1000, 1_000_000);
            var reset = Duration.ofNanos(random.nextLong(1, 100_000_000_000L));
            TokenBucket tokens = level(new Bucket("tokens", limit, random.nextLong(1, limit / 2), reset, true));
            Instant now = NOW.plusNanos(random.nextLong(reset.toNanos()));

            long most = tokens.largestFitting(now);

            assertTrue(tokens.hasRoomFor(0, 0, most, now), () -> most + " of " + tokens);
            assertFalse(most < limit && tokens.hasRoomFor(0, 0, most + 1, now), () -> most + " of " + tokens);
        }
    }

    @Test
    void names_no_call_that_it_will_hold_a_nanosecond_later() {
        TokenBucket tokens = level(new Bucket("tokens", 1000L, 0, Duration.ofSeconds(7), true));
        for (int call = 2; call < 1000; call++) {
            Instant now = NOW.plus(Duration.ofMillis(7).multipliedBy(call));

            long most = tokens.largestFitting(now);

            assertTrue(tokens.hasRoomFor(0, 0, most, now), () -> most + " of " + tokens);
        }
    }

    @Test
    void speaks_of_no_call_that_it_could_not_hold_when_full() {
        TokenBucket tokens = level(new Bucket("tokens", 8000L, 2000, A_MINUTE, true));

        assertEquals(8000, tokens.limitFor(8000));
        assertEquals(Long.MAX_VALUE, tokens.limitFor(8001));
    }

    @Test
    void does_not_guess_when_it_is_filled() {
        assertNull(level(new Bucket("tokens", 8000L, 0, null)).roomFrom(0, 0, 1, NOW));
        assertFalse(level(new Bucket("tokens", 8000L, 0, null)).hasRoomFor(0, 0, 1, NOW.plus(Duration.ofDays(9))));
    }

    @Test
    void one_that_fills_evenly_up_to_nobody_knows_what_is_full_at_its_reset() {
        assertEquals(
                NOW.plus(A_MINUTE),
                level(new Bucket("requests", null, 0, A_MINUTE, true)).roomFrom(0, 0, 0, NOW));
    }

    @Test
    void believes_no_reset_beyond_a_week() {
        var hostile = new Bucket("requests", 10L, 0, Duration.ofDays(400_000), true);

        assertEquals(NOW.plus(Duration.ofDays(7).dividedBy(10)), level(hostile).roomFrom(0, 0, 0, NOW));
    }

    private static TokenBucket level(Bucket bucket) {
        return TokenBucket.reported(bucket, NOW, NOW);
    }
}
