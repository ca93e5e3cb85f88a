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
    /// @param request method and path
    /// @param rest a pattern
    public void assertOnly(String request, int status, String outcome, String attempts, String rest) {
        Await.until("a line", () -> !lines.isEmpty());
        String pattern = "id=\\S+ peer=127\\.0\\.0\\.1:\\d+ client=\\S+ api=\\w+ "
                + Pattern.quote("method=" + request.replace(" ", " path=") + " status=" + status + " outcome=" + outcome
                        + " attempts=\"" + attempts + "\" ms=")
                + "\\d+ tokens=" + rest;
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().matches(pattern), () -> lines + " is not " + pattern);
    }

    /// The same where no key was asked.
    public void assertOnly(String request, int status, String outcome) {
        assertOnly(request, status, outcome, "", "-");
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
