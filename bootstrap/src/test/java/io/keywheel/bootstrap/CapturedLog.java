package io.keywheel.bootstrap;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What a logger gets from this thread meanwhile, and not from gateways of other tests.
public final class CapturedLog extends Handler implements AutoCloseable {

    private final Logger logger;
    private final long thread = Thread.currentThread().threadId();
    private final List<String> lines = new ArrayList<>();

    /// Begins to listen.
    public CapturedLog(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(this);
        setLevel(Level.ALL);
    }

    /// In order, each a level and a message.
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
