package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.timing.Waiting;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/// Captures the lines of one logger.
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

    void forget() {
        Waiting.until(() -> !lines.isEmpty());
        lines.clear();
    }

    /// Waits for the log line of a request and asserts that it is the only one.
    ///
    /// @param request method and path
    /// @param rest a regular expression for the end of the line
    public void assertOnly(String request, int status, String outcome, String attempts, String rest) {
        Waiting.until(() -> !lines.isEmpty());
        String pattern = "id=\\S+ peer=127\\.0\\.0\\.1:\\d+ client=\\S+ api=\\w+ "
                + Pattern.quote("method=" + request.replace(" ", " path=") + " status=" + status + " outcome=" + outcome
                        + " attempts=\"" + attempts + "\" ms=")
                + "\\d+ tokens=" + rest;
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().matches(pattern), () -> lines + " is not " + pattern);
    }

    /// The same for a request without attempts.
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
