package io.keywheel.bootstrap.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        event.setThrown(new IllegalStateException("why\n2026 INFO  b\r2026 INFO  c"));

        String text = new LineFormat(Optional::empty).format(event);

        assertTrue(text.lines().skip(1).allMatch(line -> line.startsWith("    ")), text);
        assertTrue(text.contains("why"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[31m", "\u009b31m", "\b", "\u202e", "\u2028"})
    void nobody_speaks_to_the_terminal(String text) {
        var event = event(Level.SEVERE, "a" + text);
        event.setThrown(new IllegalStateException("b" + text));

        String line = new LineFormat(Optional::empty).format(event);

        assertFalse(line.contains(text.substring(0, 1)), line);
    }

    @Test
    void a_line_ends_with_the_request_it_is_about() {
        var format = new LineFormat(() -> Optional.of("r-1"));

        assertEquals(
                "2026-11-25T02:14:03.120Z WARN  hello id=r-1%n".formatted(),
                format.format(event(Level.WARNING, "hello")));
    }

    @Test
    void a_line_that_begins_with_its_request_names_it_once() {
        var format = new LineFormat(() -> Optional.of("r-1"));

        assertEquals(
                "2026-11-25T02:14:03.120Z INFO  id=r-1 ok%n".formatted(),
                format.format(event(Level.INFO, "id=r-1 ok")));
    }

    private static String line(Level level, String message) {
        return new LineFormat(Optional::empty).format(event(level, message));
    }

    private static LogRecord event(Level level, String message) {
        var event = new LogRecord(level, message);
        event.setInstant(Instant.parse("2026-11-25T02:14:03.12Z"));
        return event;
    }
}
