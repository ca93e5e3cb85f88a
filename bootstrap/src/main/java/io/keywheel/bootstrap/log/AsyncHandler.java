package io.keywheel.bootstrap.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/// Writes the log on a thread of its own: the program that reads it may stall, and requests must not. Lines that are
/// too
/// many by then are left out, and the log says so once it is read again.
///
/// The thread looks for lines every few milliseconds and writes all at once: to wake it for each would cost a request
/// more than its line does.
final class AsyncHandler extends Handler {

    /// In characters.
    private static final int MOST_QUEUED = 1 << 20;

    private static final Duration PERIOD = Duration.ofMillis(5);

    /// After so many looks without a line the thread sleeps until there is one.
    private static final int LOOKS = 200;

    private static final Duration MOST_AT_END = Duration.ofSeconds(1);

    private final OutputStream out;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger leftOut = new AtomicInteger();
    private final Thread writer =
            Thread.ofPlatform().name("keywheel-log").daemon().unstarted(this::write);
    private volatile boolean asleep;
    private volatile boolean closed;

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
        String line;
        try {
            line = getFormatter().format(event);
        } catch (RuntimeException e) {
            // As Java's own handlers do: a line that cannot be written fails no request.
            reportError(null, e, ErrorManager.FORMAT_FAILURE);
            return;
        }
        if (queued.addAndGet(line.length()) > MOST_QUEUED) {
            queued.addAndGet(-line.length());
            leftOut.incrementAndGet();
            return;
        }
        lines.add(line);
        if (asleep) {
            LockSupport.unpark(writer);
        }
    }

    /// Whether the next line will wake the thread.
    boolean isAsleep() {
        return asleep;
    }

    private void write() {
        int looks = 0;
        while (!closed || !lines.isEmpty()) {
            if (writeAll()) {
                looks = 0;
            } else if (++looks < LOOKS) {
                LockSupport.parkNanos(this, PERIOD.toNanos());
            } else {
                looks = 0;
                asleep = true;
                if (lines.isEmpty() && !closed) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
    }

    /// False where there was nothing to write.
    private boolean writeAll() {
        var text = new StringBuilder();
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            text.append(line);
        }
        if (text.isEmpty()) {
            return false;
        }
        try {
            out.write(text.toString().getBytes(UTF_8));
            out.flush();
        } catch (IOException _) {
            // Nobody reads the log any more, and there is nowhere else to say so.
        }
        queued.addAndGet(-text.length());
        int missing = leftOut.getAndSet(0);
        if (missing > 0) {
            publish(new LogRecord(
                    Level.WARNING, "%d lines of the log were left out: it was not read".formatted(missing)));
        }
        return true;
    }

    @Override
    public void flush() {
        // The thread writes each line at once.
    }

    /// Waits for what is queued, for a second at most.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(MOST_AT_END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
