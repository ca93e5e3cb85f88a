package io.keywheel.adapters.http.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// What goes to the client, written by a thread of its own: the thread of a stream may be interrupted, and that
/// would close the socket it writes to.
final class Outlet {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    private static final int MOST_HELD = 16 * 1024;

    private final DataWriter writer;
    private final Queue<byte[]> frames = new ArrayDeque<>();
    private final Thread thread =
            Thread.ofVirtual().name("keywheel-http2-write").unstarted(this::write);
    private Runnable progress = () -> {};
    private int held;
    private boolean finished;
    private boolean broken;

    Outlet(DataWriter writer) {
        this.writer = writer;
    }

    /// @param progress is run whenever something was written, and at the end
    void start(Runnable progress) {
        this.progress = progress;
        thread.start();
    }

    /// Takes `frame`, however much is held: who asks for one pays of its [Credit], and answers
    /// wait while it [#isFull].
    void put(Frame frame) {
        put(List.of(frame));
    }

    /// Takes all of them, with nothing in between.
    synchronized void put(List<Frame> next) {
        if (isOpen()) {
            for (Frame frame : next) {
                byte[] bytes = frame.bytes();
                frames.add(bytes);
                held += bytes.length;
            }
            notifyAll();
        }
    }

    /// Whether what is put now will be written, as far as anybody knows.
    synchronized boolean isOpen() {
        return !finished && !broken;
    }

    synchronized boolean isFull() {
        return held >= MOST_HELD;
    }

    private void write() {
        try {
            for (byte[] next = take(); next.length > 0; next = take()) {
                writer.writeNow(BufferData.create(next));
                written(next.length);
                progress.run();
            }
        } catch (RuntimeException e) {
            // It left, or its TLS did; Helidon has many names for that. The reading side hears of it, too.
            LOG.log(Level.DEBUG, "a client can be written to no more", e);
        } finally {
            end();
            progress.run();
        }
    }

    /// All there is; nothing at the end.
    private synchronized byte[] take() {
        try {
            while (frames.isEmpty() && !finished) {
                wait();
            }
        } catch (InterruptedException _) {
            return new byte[0];
        }
        var all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        frames.clear();
        return all.toByteArray();
    }

    private synchronized void written(int bytes) {
        held -= bytes;
    }

    private synchronized void end() {
        broken = true;
    }

    /// Takes no more, and waits until all is written, or no longer: a writer that waits for
    /// whoever shakes hands is left to the line's end.
    void finish(Duration longest) {
        synchronized (this) {
            finished = true;
            notifyAll();
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!thread.join(longest)) {
                thread.interrupt();
                thread.join(longest);
            }
        } catch (InterruptedException _) {
            thread.interrupt();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
