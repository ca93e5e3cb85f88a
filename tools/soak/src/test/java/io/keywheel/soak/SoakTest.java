package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SoakTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void every_request_has_a_right_answer_or_a_clear_error() throws Exception {
        int status = run("--duration", "4s", "--rate", "40");

        String said = out.toString(StandardCharsets.UTF_8);
        assertEquals(0, status, said);
        assertTrue(said.contains("Good: 0 lost, 0 wrong"), said);
    }

    @Test
    void so_has_every_one_over_tls() throws Exception {
        int status = run("--duration", "4s", "--rate", "40", "--tls");

        String said = out.toString(StandardCharsets.UTF_8);
        assertEquals(0, status, said);
        assertTrue(said.contains("Good: 0 lost, 0 wrong"), said);
        assertTrue(said.contains("All over TLS."), said);
    }

    @Test
    void a_line_that_cannot_be_followed_ends_with_2_and_a_hint() throws Exception {
        assertEquals(2, run("--rate", "fast"));

        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("--rate takes a number above 0, up to 100000, not fast"), said);
    }

    private int run(String... line) throws Exception {
        return Main.run(
                List.of(line),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
