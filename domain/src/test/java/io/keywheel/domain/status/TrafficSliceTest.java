package io.keywheel.domain.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficSliceTest {

    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration TEN = Duration.ofSeconds(10);

    private static TrafficSlice slice(Instant from, Map<String, Long> failures) {
        return new TrafficSlice(from, TEN, 1, 2, 3, 4, failures);
    }

    @Test
    void slice_starting_at_another_time_keeps_its_counts() {
        Map<String, Long> failures = Map.of("timed_out", 5L);

        assertEquals(
                slice(NOON, failures), slice(NOON.minusSeconds(60), failures).startingAt(NOON));
    }

    @Test
    void slice_keeps_its_failures_when_the_map_changes() {
        var failures = new HashMap<>(Map.of("timed_out", 5L));
        TrafficSlice slice = slice(NOON, failures);

        failures.clear();

        assertEquals(Map.of("timed_out", 5L), slice.failures());
    }
}
