package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SoakTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void every_request_beside_hostile_clients_has_a_right_answer_or_a_clear_error() throws Exception {
        int status = run("--duration", "3s", "--hostile", "0.1", "--max-slowdown", "1000000");

        String said = out.toString(StandardCharsets.UTF_8);
        assertEquals(0, status, said);
        assertTrue(said.contains("Good: 0 lost, 0 wrong"), said);
        assertTrue(Pattern.compile("hostile: silent +[1-9]").matcher(said).find(), said);
    }

    @Test
    void so_has_every_one_over_tls() throws Exception {
        int status = run("--duration", "2s", "--hostile", "0", "--tls");

        String said = out.toString(StandardCharsets.UTF_8);
        assertEquals(0, status, said);
        assertTrue(said.contains("Good: 0 lost, 0 wrong"), said);
        assertTrue(said.contains("All over TLS."), said);
    }

    @Test
    void a_line_that_cannot_be_followed_ends_with_2_and_a_hint() throws Exception {
        assertEquals(2, run("--faults", "many"));

        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("--faults takes a number from 0 to 1, not many"), said);
    }

    /// However slow this machine is.
    private int run(String... more) throws Exception {
        var line = new ArrayList<>(List.of("--rate", "40", "--probe-timeout", "1m"));
        line.addAll(List.of(more));
        return Main.run(
                line,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
