package io.keywheel.domain.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest extends PoolFixture {

    private static final RateLimitStatus SPENT = spentFor(Duration.ofSeconds(7));
    private static final Failure OUTAGE = new Failure.Unavailable("down", null);
    private static final Duration A_WEEK = Duration.ofDays(7);

    static List<Arguments> pauses() {
        return List.of(
                arguments("Retry-After first", limited(Duration.ofSeconds(42), SPENT), 3, Duration.ofSeconds(42)),
                arguments("then the reset of the empty bucket", limited(null, SPENT), 3, Duration.ofSeconds(7)),
                arguments("then exponential backoff", limited(null), 0, Duration.ofSeconds(2)),
                arguments("which doubles", limited(null), 4, Duration.ofSeconds(32)),
                arguments("up to a cap", limited(null), 5, Duration.ofMinutes(1)),
                arguments("for ever", limited(null), Integer.MAX_VALUE, Duration.ofMinutes(1)),
                arguments("a limit may last a day", limited(Duration.ofHours(23)), 0, Duration.ofHours(23)),
                arguments("and a week at most", limited(Duration.ofDays(999_999)), 0, A_WEEK),
                arguments("an outage 5 minutes", new Failure.Unavailable("down", A_WEEK), 0, Duration.ofMinutes(5)),
                arguments("an overload as well", new Failure.Overloaded("busy", A_WEEK), 0, Duration.ofMinutes(5)),
                arguments("a refused key an hour", new Failure.KeyRefused("invalid"), 0, Duration.ofHours(1)),
                arguments("a failure of the request no time", new Failure.EmptyReply("nothing"), 3, Duration.ZERO));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("pauses")
    void retry_after_then_bucket_reset_then_backoff_sets_the_cooldown(
            String what, Failure failure, int level, Duration pause) {
        assertEquals(pause, FailurePolicy.pause(failure, level, 0.5), what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-5S"})
    void zero_or_past_retry_after_is_ignored(Duration said) {
        RateLimitStatus emptyForNoTime = reported(new RateLimitStatus.Bucket("requests", 10L, 0, said));

        assertEquals(Duration.ofSeconds(8), FailurePolicy.pause(limited(said), 2, 0.5));
        assertEquals(Duration.ofSeconds(8), FailurePolicy.pause(limited(null, emptyForNoTime), 2, 0.5));
        assertEquals(Duration.ofSeconds(4), FailurePolicy.pause(new Failure.Overloaded("busy", said), 2, 0.5));
        assertEquals(Duration.ofSeconds(2), FailurePolicy.pause(new Failure.Unavailable("down", said), 2, 0.5));
    }

    @ParameterizedTest(name = "Retry-After {0} ms, level {1}: {2} ms")
    @CsvSource({"1, 0, 1", "1, 1, 20", "1, 2, 40", "100, 3, 100", "100, 4, 160", "1, 20, 2000", "3000, 20, 3000"})
    void repeated_failure_with_tiny_retry_after_backs_off_from_20_ms(long asked, int level, long millis) {
        assertEquals(Duration.ofMillis(millis), FailurePolicy.pause(limited(Duration.ofMillis(asked)), level, 0.5));
    }

    @ParameterizedTest(name = "level {0}, chance {1}: {2} ms")
    @CsvSource({"0, 0, 375", "0, 0.5, 500", "0, 0.999, 624", "100, 0.999, 24990"})
    void outage_backoff_has_25_percent_jitter_and_a_cap(int level, double chance, long millis) {
        assertEquals(millis, FailurePolicy.pause(OUTAGE, level, chance).toMillis());
    }

    private static Failure limited(@Nullable Duration retryAfter, RateLimitStatus rateLimitStatus) {
        return new Failure.RateLimited("limited", retryAfter, rateLimitStatus);
    }
}
