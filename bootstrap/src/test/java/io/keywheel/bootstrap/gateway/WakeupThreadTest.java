package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.bootstrap.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WakeupThreadTest {

    private final MonotonicClock clock = new MonotonicClock();

    @AutoClose
    private final WakeupThread wakeupThread = new WakeupThread(clock);

    private final LinkedBlockingQueue<Instant> rings = new LinkedBlockingQueue<>();

    @Test
    void timer_fires_at_the_set_time() throws Exception {
        Instant moment = clock.instant().plusMillis(30);

        wakeupThread.set(moment, this::ring);

        // The timer and the clock may differ by a few milliseconds.
        assertFalse(rings.take().isBefore(moment.minusMillis(5)));
    }

    @Test
    void later_set_replaces_the_earlier_timer() throws Exception {
        wakeupThread.set(clock.instant().plus(Duration.ofHours(1)), () -> rings.add(Instant.MAX));
        wakeupThread.set(clock.instant().plusMillis(10), () -> rings.add(Instant.MIN));

        assertEquals(Instant.MIN, rings.take());
    }

    @Test
    void exception_in_the_callback_is_logged_and_later_timers_fire() throws Exception {
        try (var log = new CapturedLog()) {
            wakeupThread.set(clock.instant(), () -> {
                throw new IllegalStateException("a bug");
            });
            log.lineWith("Waiting requests could not be checked\njava.lang.IllegalStateException: a bug");

            wakeupThread.set(clock.instant(), this::ring);
            rings.take();
        }
    }

    @Test
    void set_after_close_fires_no_callback() {
        wakeupThread.close();

        wakeupThread.set(clock.instant(), this::ring);

        assertEquals(0, rings.size());
    }

    private void ring() {
        rings.add(clock.instant());
    }
}
