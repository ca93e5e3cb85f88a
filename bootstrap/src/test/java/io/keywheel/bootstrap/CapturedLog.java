package io.keywheel.bootstrap;

import io.keywheel.timing.Waiting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Captures log lines, each with a level, a message and the stack trace of its exception, if any.
public final class CapturedLog extends Handler implements AutoCloseable {

    private final Logger logger;
    private final Predicate<LogRecord> which;
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /// Captures the lines of all threads.
    public CapturedLog() {
        this("", _ -> true);
    }

    /// Captures the lines of this thread, without those of other tests' gateways.
    public CapturedLog(String name) {
        long thread = Thread.currentThread().threadId();
        this(name, event -> event.getLongThreadID() == thread);
    }

    private CapturedLog(String name, Predicate<LogRecord> which) {
        this.which = which;
        logger = Logger.getLogger(name);
        logger.addHandler(this);
        setLevel(Level.ALL);
    }

    /// A live list of the captured lines, in order.
    public List<String> lines() {
        return lines;
    }

    public String lineWith(String words) {
        Waiting.until(() -> lines.stream().anyMatch(line -> line.contains(words)));
        return lines.stream().filter(line -> line.contains(words)).findFirst().orElseThrow();
    }

    @Override
    public void publish(LogRecord event) {
        if (which.test(event)) {
            var trace = new StringWriter();
            if (event.getThrown() != null) {
                event.getThrown().printStackTrace(new PrintWriter(trace.append('\n')));
            }
            lines.add(event.getLevel() + " " + formatter.formatMessage(event) + trace);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
