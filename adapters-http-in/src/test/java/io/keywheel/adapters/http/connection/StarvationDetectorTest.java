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
    private @Nullable Long calmSince;

    private boolean isCalmAfter(Duration time) {
        now += time.toNanos();
        calmSince = starvationDetector.calmSince(now);
        return calmSince != null;
    }

    @Test
    void late_check_shows_starvation_for_the_next_checks() {
        Waiting.until(() -> isCalmAfter(PERIOD));

        assertFalse(isCalmAfter(Duration.ofSeconds(6)));
        for (int i = 0; i < 3; i++) {
            assertFalse(isCalmAfter(PERIOD));
        }
        Waiting.until(() -> isCalmAfter(PERIOD));
    }

    @Test
    void long_starvation_excuses_no_client_any_more() {
        Waiting.until(() -> isCalmAfter(PERIOD));

        for (int i = 0; i < 60; i++) {
            assertFalse(isCalmAfter(Duration.ofSeconds(1)));
        }
        assertTrue(isCalmAfter(Duration.ofSeconds(1)));
    }

    @Test
    void is_calm_only_since_the_check_before() {
        Waiting.until(() -> isCalmAfter(PERIOD));

        assertEquals(now - PERIOD.toNanos(), calmSince);
    }
}
