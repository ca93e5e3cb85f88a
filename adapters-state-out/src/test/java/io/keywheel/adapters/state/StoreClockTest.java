package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Converts times of the store to the gateway's clock for any clock difference.
class StoreClockTest {

    private static final Instant START = Instant.parse("2026-11-28T07:00:00Z");

    private Instant now = START;
    private final StoreClock clock = new StoreClock(() -> now);

    /// Measures a store clock that is `ahead` and is read during the round trip.
    private void measure(Duration ahead, int millisThere, int millisBack) {
        Instant sent = now;
        Instant shown = now.plusMillis(millisThere).plus(ahead);
        now = now.plusMillis(millisThere + millisBack);
        clock.measure(sent, shown);
    }

    /// The conversion error in milliseconds.
    private long error(Duration ahead) {
        Instant moment = now.minusSeconds(10);
        return Duration.between(moment, clock.own(moment.plus(ahead).toEpochMilli()))
                .toMillis();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-4000D", "PT-0.3S", "PT0S", "PT7H", "P4000D"})
    void store_time_is_converted_for_any_clock_offset(String by) {
        Duration ahead = Duration.parse(by);
        measure(ahead, 4, 4);

        assertEquals(0, error(ahead));
        assertEquals(now.plus(ahead).minusSeconds(9).toEpochMilli(), clock.storeMillis(Duration.ofSeconds(9)));
    }

    @Test
    void measurement_with_the_shortest_round_trip_is_used() {
        measure(Duration.ZERO, 0, 40);
        assertEquals(20, error(Duration.ZERO));
        measure(Duration.ZERO, 2, 2);
        assertEquals(0, error(Duration.ZERO));

        measure(Duration.ZERO, 40, 0);

        assertEquals(0, error(Duration.ZERO));
    }

    @Test
    void longer_round_trip_is_used_after_a_minute() {
        measure(Duration.ZERO, 2, 2);
        now = now.plusSeconds(60);
        measure(Duration.ofSeconds(3), 30, 30);
        assertEquals(0, error(Duration.ofSeconds(3)));
    }

    @Test
    void store_clock_jump_is_adopted_at_the_next_equally_fast_measurement() {
        measure(Duration.ZERO, 2, 2);

        measure(Duration.ofHours(-5), 2, 2);

        assertEquals(0, error(Duration.ofHours(-5)));
    }

    @Test
    void forget_accepts_a_slower_measurement_of_another_store() {
        measure(Duration.ZERO, 1, 1);

        clock.forget();
        measure(Duration.ofDays(3), 200, 200);

        assertEquals(0, error(Duration.ofDays(3)));
    }

    @Test
    void future_store_time_is_capped_at_now() {
        measure(Duration.ZERO, 2, 2);

        assertEquals(now, clock.own(now.plusMillis(1).toEpochMilli()));
        for (long invented : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertEquals(now, clock.own(invented));
        }
    }
}
