package io.keywheel.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoTest {

    @Test
    void the_tour_shows_turns_failures_and_recovery() {
        var out = new ByteArrayOutputStream();
        var console = new Console(new PrintStream(out, true, UTF_8), System.err);

        int status = Main.run(List.of("--once"), Map.of("KEYWHEEL_PORT", "0"), console);

        String tour = out.toString(UTF_8);
        assertEquals(0, status, tour);
        for (String shown : new String[] {
            "groq/1:ok",
            "cerebras/1:ok",
            "groq/3:ok",
            ":rate_limited, groq/",
            ":key_refused, cerebras/",
            ":unavailable, cerebras/",
            "events"
        }) {
            assertTrue(tour.contains(shown), shown + " is missing in\n" + tour);
        }
        assertFalse(tour.contains("-> 5"), tour);
        assertFalse(tour.contains("gsk_"), tour);
    }

    @Test
    void an_unknown_option_is_refused_before_anything_starts() {
        var err = new ByteArrayOutputStream();
        var console = new Console(System.out, new PrintStream(err, true, UTF_8));

        int status = Main.run(List.of("--twice"), Map.of(), console);

        assertEquals(2, status);
        assertTrue(err.toString(UTF_8).contains("--twice"), err.toString(UTF_8));
    }
}
