package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitStatusTest {

    @Test
    void is_spent_until_the_empty_bucket_is_filled_whatever_the_others_say() {
        var rateLimitStatus = allowance(bucket(12, Duration.ofHours(20)), bucket(0, Duration.ofSeconds(7)));

        assertEquals(Optional.of(Duration.ofSeconds(7)), rateLimitStatus.spentFor());
    }

    @Test
    void is_spent_until_the_last_of_several_empty_buckets_is_filled() {
        var rateLimitStatus = allowance(bucket(0, Duration.ofSeconds(7)), bucket(-1, Duration.ofHours(20)));

        assertEquals(Optional.of(Duration.ofHours(20)), rateLimitStatus.spentFor());
    }

    @Test
    void is_not_spent_while_every_bucket_holds_something() {
        assertEquals(
                Optional.empty(), allowance(bucket(1, Duration.ofSeconds(7))).spentFor());
        assertEquals(Optional.empty(), RateLimitStatus.UNKNOWN.spentFor());
    }

    @Test
    void is_spent_when_nothing_is_left_of_one_limit() {
        assertTrue(allowance(bucket(12, null), bucket(0, null)).isSpent());
        assertFalse(allowance(bucket(12, null), bucket(1, null)).isSpent());
        assertFalse(RateLimitStatus.UNKNOWN.isSpent());
    }

    @Test
    void does_not_guess_when_an_empty_bucket_will_be_filled() {
        assertEquals(Optional.empty(), allowance(bucket(0, null)).spentFor());
    }

    @Test
    void is_short_for_a_request_that_needs_more_tokens_than_are_left() {
        var rateLimitStatus = new RateLimitStatus(List.of(tokens(8000L, 300)));

        assertEquals(Optional.of(Duration.ofSeconds(7)), rateLimitStatus.shortFor(301));
        assertEquals(Optional.empty(), rateLimitStatus.shortFor(300));
    }

    @Test
    void is_not_short_for_what_would_not_fit_the_full_bucket_either() {
        assertEquals(
                Optional.of(Duration.ofSeconds(7)), new RateLimitStatus(List.of(tokens(8000L, 300))).shortFor(8000));
        assertEquals(Optional.empty(), new RateLimitStatus(List.of(tokens(8000L, 300))).shortFor(8001));
        assertEquals(Optional.empty(), new RateLimitStatus(List.of(tokens(null, 300))).shortFor(301));
    }

    @Test
    void does_not_weigh_requests_against_tokens() {
        assertEquals(
                Optional.empty(), allowance(bucket(12, Duration.ofHours(20))).shortFor(50));
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, 0",
        "-1, 0",
        "0, 0",
        "1, 1",
        "1099511627776, 1099511627776",
        "1099511627777, 1099511627776",
        "9223372036854775807, 1099511627776",
    })
    void believes_no_count_beyond_its_bounds(long said, long believed) {
        assertEquals(believed, tokens(null, said).remaining());
        assertEquals(believed, tokens(said, 0).limit());
        assertEquals(believed, RateLimitStatus.bounded(said));
    }

    @Test
    void believes_that_no_more_is_left_than_the_limit() {
        assertEquals(8000, tokens(8000L, 8001).remaining());
        assertEquals(8000, tokens(8000L, 8000).remaining());
    }

    @Test
    void takes_a_reset_in_the_past_for_now() {
        assertEquals(Duration.ZERO, bucket(0, Duration.ofSeconds(-1)).reset());
    }

    private static Bucket tokens(@Nullable Long limit, long remaining) {
        return new Bucket("tokens-minute", limit, remaining, Duration.ofSeconds(7));
    }

    private static RateLimitStatus allowance(Bucket... buckets) {
        return new RateLimitStatus(List.of(buckets));
    }

    private static Bucket bucket(long remaining, @Nullable Duration reset) {
        return new Bucket("requests-day", 100L, remaining, reset);
    }
}
