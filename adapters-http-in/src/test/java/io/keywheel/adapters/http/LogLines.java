package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/// What is logged meanwhile.
public final class LogLines extends Handler implements AutoCloseable {

    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public LogLines(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(this);
    }

    public List<String> lines() {
        return lines;
    }

    /// Waits for `count` lines of what the test is not about.
    void forget(String what, int count) {
        Await.until(what, () -> lines.size() >= count);
        lines.clear();
    }

    /// Waits for the line of a request, and expects no other.
    ///
    /// @param id a pattern
    /// @param request method and path
    /// @param outcome a pattern
    public void assertOnly(String id, String request, String outcome) {
        Await.until("a line", () -> !lines.isEmpty());
        String asked = "method=" + request.replace(" ", " path=");
        String pattern = "id=" + id + " peer=127\\.0\\.0\\.1:\\d+ " + Pattern.quote(asked) + " " + outcome;
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().matches(pattern), lines.getFirst());
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(MessageFormat.format(line.getMessage(), line.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
