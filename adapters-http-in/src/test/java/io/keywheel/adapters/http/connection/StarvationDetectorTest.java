package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.timing.Waiting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StarvationDetectorTest {

    private static final Duration PERIOD = Duration.ofMillis(250);

    private final StarvationDetector starvationDetector = new StarvationDetector(PERIOD, 0);
    private long now;
    private @Nullable Long lateBefore;

    private boolean findsLateClientsAfter(Duration time) {
        now += time.toNanos();
        lateBefore = starvationDetector.lateBefore(now);
        return lateBefore != null;
    }

    @Test
    void late_check_shows_starvation_for_the_next_checks() {
        Waiting.until(() -> findsLateClientsAfter(PERIOD));

        assertFalse(findsLateClientsAfter(Duration.ofSeconds(6)));
        for (int i = 0; i < 3; i++) {
            assertFalse(findsLateClientsAfter(PERIOD));
        }
        Waiting.until(() -> findsLateClientsAfter(PERIOD));
    }

    @Test
    void long_starvation_excuses_no_client_any_more() {
        Waiting.until(() -> findsLateClientsAfter(PERIOD));

        for (int i = 0; i < 60; i++) {
            assertFalse(findsLateClientsAfter(Duration.ofSeconds(1)));
        }
        assertTrue(findsLateClientsAfter(Duration.ofSeconds(1)));
    }

    @Test
    void client_is_late_if_its_timeout_ended_before_the_previous_check() {
        Waiting.until(() -> findsLateClientsAfter(PERIOD));

        assertEquals(now - PERIOD.toNanos(), lateBefore);
    }
}
