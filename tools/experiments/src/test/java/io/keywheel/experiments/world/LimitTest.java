package io.keywheel.experiments.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LimitTest {

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Measure TEN_A_MINUTE =
            new Measure("requests per minute", "requests", Measure.Counts.REQUESTS, 10, Duration.ofMinutes(1));

    @Test
    void a_bucket_refills_evenly() {
        var bucket = new Bucket(TEN_A_MINUTE, START);
        bucket.take(10, START);

        assertEquals(Duration.ofSeconds(6), bucket.until(1, START));
        assertEquals(1, bucket.remaining(START.plusSeconds(6)));
        assertEquals(5, bucket.remaining(START.plusSeconds(30)));
    }

    @Test
    void a_bucket_is_reset_when_it_is_full() {
        var bucket = new Bucket(TEN_A_MINUTE, START);
        bucket.take(3, START);

        assertEquals(Duration.ofSeconds(18), bucket.reset(START));
    }

    @Test
    void a_bucket_holds_no_more_than_its_capacity() {
        var bucket = new Bucket(TEN_A_MINUTE, START);

        assertEquals(10, bucket.remaining(START.plusSeconds(3_600)));
    }

    @Test
    void a_window_forgets_at_its_end() {
        var window = new Window(TEN_A_MINUTE, START.plusSeconds(20));
        window.take(10, START);

        assertEquals(Duration.ofSeconds(20), window.until(1, START));
        assertEquals(0, window.remaining(START.plusSeconds(19)));
        assertEquals(10, window.remaining(START.plusSeconds(20)));
        assertEquals(Duration.ofMinutes(1), window.reset(START.plusSeconds(20)));
    }

    @Test
    void the_most_of_a_bucket_is_what_it_holds_and_what_flows_in() {
        assertEquals(30, new Bucket(TEN_A_MINUTE, START).most(START, START.plusSeconds(120)), 1e-6);
    }

    @Test
    void the_most_of_a_window_counts_each_that_begins() {
        var window = new Window(TEN_A_MINUTE, START.plusSeconds(20));

        assertEquals(10, window.most(START, START.plusSeconds(20)));
        assertEquals(20, window.most(START, START.plusSeconds(21)));
        assertEquals(30, window.most(START, START.plusSeconds(120)));
    }
}
