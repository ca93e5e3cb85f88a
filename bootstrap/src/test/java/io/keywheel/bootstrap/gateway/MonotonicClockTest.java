package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonotonicClockTest {

    private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");

    /// Close to the maximum, so that `nanoTime` overflows soon after the start.
    private long nanos = Long.MAX_VALUE - 5;
    private Instant wall = START;
    private final MonotonicClock clock = new MonotonicClock(() -> wall, () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
    }

    @Test
    void clock_continues_across_a_nano_time_overflow() {
        pass(Duration.ofDays(1));

        assertEquals(START.plus(Duration.ofDays(1)), clock.instant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-PT1H", "PT24H", "-PT1S", "PT1S", "-PT876000H", "PT876000H"})
    void wall_clock_jump_keeps_durations_and_shifts_wall_times(Duration jump) {
        wall = wall.plus(jump);
        pass(Duration.ofSeconds(2));

        assertEquals(START.plusSeconds(2), clock.instant());
        assertEquals(wall, clock.wallTime());
        assertEquals(wall.plusSeconds(3), clock.wallTime(START.plusSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "-PT0.999999999S", "PT0.999999999S"})
    void wall_clock_drift_below_a_second_leaves_wall_times_unchanged(Duration drift) {
        wall = wall.plus(drift);

        assertEquals(START.plusSeconds(5), clock.wallTime(START.plusSeconds(5)));
    }

    @Test
    void corrected_wall_clock_restores_wall_times() {
        wall = wall.minus(Duration.ofHours(1));
        clock.wallTime();
        wall = wall.plus(Duration.ofHours(1));

        assertEquals(START.plusSeconds(5), clock.wallTime(START.plusSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-PT1H", "PT24H"})
    void instant_max_is_unaffected_by_a_wall_clock_jump(Duration jump) {
        wall = wall.plus(jump);

        assertEquals(Instant.MAX, clock.wallTime(Instant.MAX));
    }
}
