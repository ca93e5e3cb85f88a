package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoTest {

    @Test
    void the_tour_shows_turns_failures_and_recovery() {
        var tour = Recorded.run("demo --once", Map.of("KEYWHEEL_PORT", "0"));

        assertEquals(0, tour.status(), tour.err());
        for (String shown : new String[] {
            "groq/1:ok",
            "cerebras/1:ok",
            "groq/3:ok",
            ":rate_limited, groq/",
            ":key_refused, cerebras/",
            ":unavailable, cerebras/",
            "events"
        }) {
            assertTrue(tour.out().contains(shown), shown + " is missing in\n" + tour.out());
        }
        assertFalse(tour.out().contains("-> 5"), tour.out());
        assertFalse(tour.out().contains("gsk_"), tour.out());
    }
}
