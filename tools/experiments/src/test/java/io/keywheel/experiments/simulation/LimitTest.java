package io.keywheel.experiments.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LimitTest {

    private static final Instant START = Arrivals.START;
    private static final Limit.Kind TEN_A_MINUTE =
            new Limit.Kind("requests per minute", "requests", false, 10, Duration.ofMinutes(1));

    private final Limit bucket = Limit.bucket(TEN_A_MINUTE, START);
    private final Limit window = Limit.window(TEN_A_MINUTE, START, START.plusSeconds(20));

    @Test
    void a_bucket_refills_continuously_up_to_its_capacity() {
        bucket.take(10, START);

        assertEquals(Duration.ofSeconds(6), bucket.until(1, START));
        assertEquals(1, bucket.remaining(START.plusSeconds(6)));
        assertEquals(5, bucket.remaining(START.plusSeconds(30)));
        assertEquals(10, bucket.remaining(START.plusSeconds(3_600)));
    }

    @Test
    void a_bucket_reports_when_it_is_full() {
        bucket.take(3, START);

        assertEquals(
                new RateLimitStatus.Bucket("requests", 10L, 7, Duration.ofSeconds(18), true),
                bucket.status("requests", START));
    }

    @Test
    void a_window_is_full_again_at_its_end() {
        window.take(10, START);

        assertEquals(Duration.ofSeconds(20), window.until(1, START));
        assertEquals(0, window.remaining(START.plusSeconds(19)));
        assertEquals(
                new RateLimitStatus.Bucket("requests", 10L, 10, Duration.ofMinutes(1), false),
                window.status("requests", START.plusSeconds(20)));
    }

    @Test
    void bucket_maximum_is_its_level_plus_refill() {
        assertEquals(30, bucket.most(START, START.plusSeconds(120)), 1e-6);
    }

    @Test
    void window_maximum_counts_each_period_that_begins() {
        assertEquals(10, window.most(START, START.plusSeconds(20)));
        assertEquals(20, window.most(START, START.plusSeconds(21)));
        assertEquals(30, window.most(START, START.plusSeconds(120)));
    }
}
