package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.quota.AcceptedCalls.LetIn;
import io.keywheel.domain.quota.InFlightCalls.Call;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A bucket of which a provider says anything at all, and from which clients want anything at all.
class TokenBucketExtremesTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration A_WEEK = Duration.ofDays(7);
    private static final List<Long> NUMBERS = List.of(
            Long.MIN_VALUE, -1L, 0L, 1L, 2L, 8000L, (long) Integer.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE);

    static List<Bucket> buckets() {
        var buckets = new ArrayList<Bucket>();
        List<@Nullable Long> limits = new ArrayList<>(NUMBERS);
        limits.add(null);
        List<@Nullable Duration> resets = Arrays.asList(
                null,
                Duration.ofSeconds(Long.MIN_VALUE),
                Duration.ofNanos(-1),
                Duration.ZERO,
                Duration.ofNanos(1),
                Duration.ofMillis(750),
                A_WEEK.plusNanos(1),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
        for (Long limit : limits) {
            for (long remaining : NUMBERS) {
                for (Duration reset : resets) {
                    for (String name : List.of("tokens", "requests")) {
                        buckets.add(new Bucket(name, limit, remaining, reset, true));
                        buckets.add(new Bucket(name, limit, remaining, reset, false));
                    }
                }
            }
        }
        return buckets;
    }

    @Test
    void bucket_of_any_figures_keeps_no_call_away_for_more_than_a_week() {
        for (Bucket bucket : buckets()) {
            TokenBucket tokenBucket = TokenBucket.reported(bucket, NOW, NOW);
            for (long need : NUMBERS) {
                LetIn call = new LetIn(new Call("key", NOW, need), NOW);
                TokenBucket taken = tokenBucket.takenBy(call, NOW).takenBy(call, NOW.plusNanos(1));
                for (TokenBucket each :
                        List.of(tokenBucket, taken, taken.givenBackBy(call, SpentTokens.NOTHING, NOW.plusSeconds(1)))) {
                    assertComesBack(each, need);
                }
            }
        }
    }

    private static void assertComesBack(TokenBucket tokenBucket, long need) {
        Instant from = tokenBucket.roomFrom(0, 0, need, NOW.plusSeconds(1));
        if (from != null) {
            assertFalse(
                    from.isAfter(NOW.plusSeconds(1).plus(A_WEEK)), () -> need + " of " + tokenBucket + " from " + from);
            assertTrue(tokenBucket.hasRoomFor(0, 0, need, from), () -> need + " of " + tokenBucket + " from " + from);
        }
        long most = tokenBucket.largestFitting(NOW.plusSeconds(1));
        assertTrue(most >= -2 * (1L << 40), () -> most + " of " + tokenBucket);
    }

    @Test
    void bucket_that_has_been_full_since_gets_nothing_back() {
        LetIn early = new LetIn(new Call("key", NOW, 5000), NOW);
        LetIn late = new LetIn(new Call("key", NOW, 6000), NOW);
        Instant full = NOW.plusSeconds(60);
        TokenBucket tokenBucket = TokenBucket.reported(
                        new Bucket("tokens", 8000L, 7900, Duration.ofSeconds(60)), NOW, NOW)
                .takenBy(early, NOW)
                .takenBy(late, full);

        assertEquals(
                2000, tokenBucket.givenBackBy(early, SpentTokens.NOTHING, full).left());
        assertEquals(
                8000, tokenBucket.givenBackBy(late, SpentTokens.NOTHING, full).left());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8000, 8001, Integer.MAX_VALUE, Long.MAX_VALUE})
    void bucket_from_which_very_many_take_never_falls_below_empty(long need) {
        TokenBucket tokenBucket =
                TokenBucket.reported(new Bucket("tokens", 8000L, 7900, Duration.ofSeconds(1), true), NOW, NOW);
        for (int i = 0; i < 100_000; i++) {
            tokenBucket = tokenBucket.takenBy(new LetIn(new Call("key", NOW, need), NOW), NOW);
        }

        assertEquals(0, tokenBucket.left());
        assertEquals(NOW.plusSeconds(80), tokenBucket.full());
    }

    @ParameterizedTest
    @ValueSource(longs = {15_900, 15_901, Integer.MAX_VALUE, Long.MAX_VALUE})
    void bucket_of_which_very_much_was_spent_never_falls_below_minus_one_limit(long spent) {
        TokenBucket tokenBucket = TokenBucket.reported(
                        new Bucket("tokens", 8000L, 7900, Duration.ofSeconds(1), true), NOW, NOW)
                .less(1, spent, NOW);

        assertEquals(-8000, tokenBucket.left());
        assertEquals(NOW.plusSeconds(160), tokenBucket.full());
    }
}
