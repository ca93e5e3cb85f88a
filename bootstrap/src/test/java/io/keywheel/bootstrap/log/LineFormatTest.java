package io.keywheel.bootstrap.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LineFormatTest {

    @Test
    void a_line_begins_with_the_time_and_the_level() {
        assertEquals("2026-11-25T02:14:03.120Z WARN  hello%n".formatted(), line(Level.WARNING, "hello"));
    }

    @Test
    void nobody_writes_lines_of_their_own() {
        assertEquals(
                "2026-11-25T02:14:03.120Z INFO  a  2026 INFO  b [31m%n".formatted(),
                line(Level.INFO, "a\r\n2026 INFO  b\u001b[31m"));
    }

    @Test
    void a_stack_trace_follows_indented() {
        var event = event(Level.SEVERE, "broken");
        event.setThrown(new IllegalStateException("why"));

        String text = new LineFormat().format(event);

        assertTrue(text.lines().skip(1).allMatch(line -> line.startsWith("    ")), text);
        assertTrue(text.contains("why"), text);
    }

    private static String line(Level level, String message) {
        return new LineFormat().format(event(level, message));
    }

    private static LogRecord event(Level level, String message) {
        var event = new LogRecord(level, message);
        event.setInstant(Instant.parse("2026-11-25T02:14:03.12Z"));
        return event;
    }
}
