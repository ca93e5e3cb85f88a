package io.keywheel.bootstrap.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Captures the log lines of all threads.
final class LogWatch extends Handler implements AutoCloseable {

    private static final Logger ROOT = Logger.getLogger("");

    private final SimpleFormatter formatter = new SimpleFormatter();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /// Starts capturing.
    LogWatch() {
        ROOT.addHandler(this);
    }

    /// A live list of the captured lines, in order.
    List<String> lines() {
        return lines;
    }

    /// Waits for the first line that contains `words`.
    String lineWith(String words) {
        Waiting.until(() -> lines.stream().anyMatch(line -> line.contains(words)));
        return lines.stream().filter(line -> line.contains(words)).findFirst().orElseThrow();
    }

    @Override
    public void publish(LogRecord event) {
        lines.add(formatter.format(event));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        ROOT.removeHandler(this);
    }
}
