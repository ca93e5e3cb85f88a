package io.keywheel.bootstrap;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Captures what this thread logs, without the lines of other tests' gateways.
public final class CapturedLog extends Handler implements AutoCloseable {

    private final Logger logger;
    private final long thread = Thread.currentThread().threadId();
    private final List<String> lines = new ArrayList<>();

    /// Starts capturing.
    public CapturedLog(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(this);
        setLevel(Level.ALL);
    }

    /// The captured lines in order, each with a level and a message.
    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord event) {
        if (event.getLongThreadID() == thread) {
            lines.add(event.getLevel() + " " + event.getMessage());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
