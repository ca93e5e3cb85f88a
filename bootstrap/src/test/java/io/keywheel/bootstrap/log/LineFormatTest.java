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
    void text_line_starts_with_timestamp_and_level() {
        assertEquals("2026-11-25T02:14:03.120Z WARN  hello%n".formatted(), line(Level.WARNING, "hello"));
    }

    @Test
    void line_breaks_and_control_characters_are_replaced() {
        assertEquals(
                "2026-11-25T02:14:03.120Z INFO  a  2026 INFO  b [31m%n".formatted(),
                line(Level.INFO, "a\r\n2026 INFO  b\u001b[31m"));
    }

    @Test
    void stack_trace_is_indented() {
        var event = event(Level.SEVERE, "broken");
        event.setThrown(new IllegalStateException("why\n2026 INFO  b\r2026 INFO  c"));

        String text = new LineFormat(Optional::empty).format(event);

        assertTrue(text.lines().skip(1).allMatch(line -> line.startsWith("    ")), text);
        assertTrue(text.contains("why"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[31m", "\u009b31m", "\b", "\u202e", "\u2028"})
    void terminal_control_characters_are_removed(String text) {
        var event = event(Level.SEVERE, "a" + text);
        event.setThrown(new IllegalStateException("b" + text));

        String line = new LineFormat(Optional::empty).format(event);

        assertFalse(line.contains(text.substring(0, 1)), line);
    }

    @Test
    void line_ends_with_the_id_of_the_current_request() {
        var format = new LineFormat(() -> Optional.of("r-1"));

        assertEquals(
                "2026-11-25T02:14:03.120Z WARN  hello id=r-1%n".formatted(),
                format.format(event(Level.WARNING, "hello")));
    }

    @Test
    void request_log_placeholders_are_replaced_and_no_id_is_appended() {
        var event = event(Level.INFO, "id={0} attempts=\"{0}\" tokens={10} in all");
        event.setLoggerName("io.keywheel.requests");
        event.setParameters(new Object[] {"r-1", "127.0.0.1", 2, 3, 4, 5, 6, 7, 8, 9, "5+7=12"});

        assertEquals(
                "2026-11-25T02:14:03.120Z INFO  id=r-1 attempts=\"r-1\" tokens=5+7=12 in all%n".formatted(),
                new LineFormat(() -> Optional.of("r-1")).format(event));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id={0}", "id={name}", "id={", "id={99}"})
    void placeholders_of_other_loggers_stay_unchanged(String message) {
        assertEquals("2026-11-25T02:14:03.120Z INFO  %s%n".formatted(message), line(Level.INFO, message));
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
