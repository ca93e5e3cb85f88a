package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RateLimitStatusTest {

    private static final Duration SOON = Duration.ofSeconds(7);
    private static final Duration LATE = Duration.ofHours(20);

    static List<Arguments> statuses() {
        return List.of(
                arguments(List.of(bucket(12, LATE), bucket(0, SOON)), true, SOON),
                arguments(List.of(bucket(0, SOON), bucket(-1, LATE)), true, LATE),
                arguments(List.of(bucket(12, null), bucket(0, null)), true, null),
                arguments(List.of(bucket(1, SOON)), false, null),
                arguments(List.of(), false, null));
    }

    @ParameterizedTest(name = "{0}: {1}, for {2}")
    @MethodSource("statuses")
    void status_is_spent_until_all_empty_buckets_are_reset(
            List<Bucket> buckets, boolean spent, @Nullable Duration resetFor) {
        var status = new RateLimitStatus(buckets);

        assertEquals(spent, status.hasEmptyBucket());
        assertEquals(Optional.ofNullable(resetFor), status.resetFor(0));
    }

    static List<Arguments> needs() {
        return List.of(
                arguments(tokens(8000L, 300), 300, false),
                arguments(tokens(8000L, 300), 301, true),
                arguments(tokens(8000L, 300), 8000, true),
                arguments(tokens(8000L, 300), 8001, false),
                arguments(tokens(null, 300), 301, false),
                arguments(bucket(12, LATE), 50, false));
    }

    @ParameterizedTest(name = "{0}, {1} needed: {2}")
    @MethodSource("needs")
    void bucket_is_short_for_calls_between_remaining_tokens_and_limit(Bucket bucket, long need, boolean isShort) {
        assertEquals(
                isShort, new RateLimitStatus(List.of(bucket)).resetFor(need).isPresent());
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
    void token_counts_are_clamped_between_0_and_2_to_the_40(long said, long bounded) {
        assertEquals(bounded, tokens(null, said).remaining());
        assertEquals(bounded, tokens(said, 0).limit());
        assertEquals(bounded, RateLimitStatus.bounded(said));
    }

    @Test
    void remaining_tokens_are_at_most_the_limit() {
        assertEquals(8000, tokens(8000L, 8001).remaining());
        assertEquals(8000, tokens(8000L, 8000).remaining());
    }

    @Test
    void reset_is_clamped_between_0_and_a_week() {
        assertEquals(Duration.ZERO, bucket(0, Duration.ofSeconds(-1)).reset());
        assertEquals(Duration.ofDays(7), bucket(0, Duration.ofDays(8)).reset());
    }

    private static Bucket tokens(@Nullable Long limit, long remaining) {
        return new Bucket("tokens-minute", limit, remaining, Duration.ofSeconds(7));
    }

    private static Bucket bucket(long remaining, @Nullable Duration reset) {
        return new Bucket("requests-day", 100L, remaining, reset);
    }
}
