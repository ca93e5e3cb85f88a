package io.keywheel.bootstrap.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSignalTest {

    private final AtomicLong millis = new AtomicLong(7);
    private final AtomicInteger halts = new AtomicInteger();
    private final StopSignal stop =
            new StopSignal(() -> millis.get() * 1_000_000, Duration.ofMillis(1), halts::incrementAndGet);

    @Test
    void first_signal_requests_a_stop() {
        stop.onSignal();

        assertTrue(stop.isRequested());
        assertEquals(0, halts.get());
    }

    @Test
    void first_signal_of_a_stop_without_one_does_not_end_the_program() {
        stop.request();
        millis.addAndGet(500);
        stop.onSignal();

        assertEquals(0, halts.get());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "499, 0", "500, 1"})
    void second_signal_ends_the_program_from_half_a_second_on(long after, int ends) {
        stop.onSignal();
        millis.addAndGet(after);
        stop.onSignal();

        assertEquals(ends, halts.get());
    }

    @Test
    void upkeep_runs_until_a_stop_is_requested() {
        var runs = new AtomicInteger();

        stop.await(() -> {
            if (runs.incrementAndGet() == 3) {
                stop.request();
            }
        });

        assertEquals(3, runs.get());
    }
}
