package io.keywheel.bootstrap.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/// Writes the log on a daemon thread, so that requests do not wait if the log's reader stalls. Lines that do
/// not fit into the queue are dropped; a line with their number is logged when the log is read again.
final class AsyncHandler extends Handler {

    private static final int MAX_QUEUED_CHARS = 1 << 20;

    /// Between two writes. Waking the thread for each line would cost a request more than the line itself.
    private static final Duration WRITE_INTERVAL = Duration.ofMillis(5);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final OutputStream out;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AtomicInteger queuedChars = new AtomicInteger();
    private final AtomicInteger leftOut = new AtomicInteger();
    private final Thread writer =
            Thread.ofPlatform().name("keywheel-log").daemon().unstarted(this::write);

    private AsyncHandler(OutputStream out) {
        this.out = out;
    }

    static AsyncHandler start(OutputStream out, Formatter formatter) {
        var handler = new AsyncHandler(out);
        handler.setFormatter(formatter);
        handler.writer.start();
        return handler;
    }

    @Override
    public void publish(LogRecord event) {
        String line = format(event);
        int before = queuedChars.getAndAdd(line.length());
        if (before > 0 && before + line.length() > MAX_QUEUED_CHARS) {
            queuedChars.addAndGet(-line.length());
            leftOut.incrementAndGet();
            return;
        }
        lines.add(line);
    }

    /// A formatter's exception fails no request. Its message is not logged, because it may contain a secret.
    private String format(LogRecord event) {
        try {
            return getFormatter().format(event);
        } catch (RuntimeException e) {
            return getFormatter()
                    .format(ownEvent(
                            "An event could not be logged: " + e.getClass().getName()));
        }
    }

    private static LogRecord ownEvent(String message) {
        var event = new LogRecord(Level.SEVERE, message);
        event.setLoggerName("io.keywheel.log");
        return event;
    }

    private void write() {
        try {
            while (true) {
                write(lines.take());
                LockSupport.parkNanos(this, WRITE_INTERVAL.toNanos());
            }
        } catch (InterruptedException _) {
            // [#close] was called.
            write("");
        }
    }

    /// Writes `first` and all queued lines.
    private void write(String first) {
        List<String> batch = new ArrayList<>(List.of(first));
        lines.drainTo(batch);
        String text = String.join("", batch);
        int missing = leftOut.getAndSet(0);
        String note = missing == 0 ? "" : format(ownEvent("The log was not read, so lines were left out: " + missing));
        try {
            out.write((text + note).getBytes(UTF_8));
            out.flush();
        } catch (IOException _) {
            // Standard error is closed or full, and the log has no other place.
        }
        queuedChars.addAndGet(-text.length());
    }

    /// Waits up to one second until the queue is written.
    @Override
    public void flush() {
        long end = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        while (queuedChars.get() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, WRITE_INTERVAL.toNanos());
        }
    }

    /// Waits up to one second until the queue is written.
    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(CLOSE_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
