package io.keywheel.adapters.http.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/// What goes to the client, written by a thread of its own: the thread of a stream may be interrupted, and that would
/// close the socket it writes to.
///
/// It also keeps the windows: how much the client takes, of each stream and of all together.
final class Outlet {

    private static final int MOST_HELD = 16 * 1024;
    private static final int FIRST_WINDOW = 65_535;
    private static final long LARGEST_WINDOW = Integer.MAX_VALUE;

    /// How much the client takes of one stream.
    final class Window {

        private long left = initial;
        private boolean closed;

        /// Nothing goes out on the stream any more, and nobody waits for it.
        void close() {
            synchronized (Outlet.this) {
                closed = true;
                Outlet.this.notifyAll();
            }
        }

        /// @throws BrokenStreamException if the client takes more than anybody could send
        void widen(long bytes) {
            synchronized (Outlet.this) {
                left += bytes;
                if (left > LARGEST_WINDOW) {
                    throw new BrokenStreamException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too wide");
                }
                Outlet.this.notifyAll();
            }
        }
    }

    private final DataWriter writer;
    private final Calm calm;
    private final Queue<byte[]> frames = new ArrayDeque<>();
    private final Thread thread =
            Thread.ofVirtual().name("keywheel-http2-write").unstarted(this::write);
    private int held;
    private long left = FIRST_WINDOW;
    private long initial = FIRST_WINDOW;
    private boolean finished;
    private boolean broken;

    Outlet(DataWriter writer, Calm calm) {
        this.writer = writer;
        this.calm = calm;
    }

    void start() {
        thread.start();
    }

    synchronized Window window() {
        return new Window();
    }

    /// How wide windows begin; those that are there change by as much as this does.
    synchronized void initial(long bytes, Iterable<Window> windows) {
        if (bytes < 0 || bytes > LARGEST_WINDOW) {
            throw new BrokenConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "windows that are too wide");
        }
        long change = bytes - initial;
        initial = bytes;
        windows.forEach(window -> window.widen(change));
    }

    synchronized void widen(int bytes) {
        left += bytes;
        if (left > LARGEST_WINDOW) {
            throw new BrokenConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too wide");
        }
        notifyAll();
    }

    /// Sends what cannot wait; who asks for it is held to [Calm].
    synchronized void put(Frame frame) {
        if (!finished && !broken) {
            byte[] bytes = frame.bytes();
            frames.add(bytes);
            held += bytes.length;
            notifyAll();
        }
    }

    /// Sends the head of an answer, in as many frames as it takes, once there is room.
    synchronized void head(Window window, int stream, byte[] fields, boolean ends) {
        await(window, false);
        int at = 0;
        do {
            int some = Math.min(Frame.MOST_BYTES, fields.length - at);
            int flags = (ends && at == 0 ? Frame.END_STREAM : 0) | (at + some == fields.length ? Frame.END_HEADERS : 0);
            int type = at == 0 ? Frame.HEADERS : Frame.CONTINUATION;
            put(new Frame(type, flags, stream, Arrays.copyOfRange(fields, at, at + some)));
            at += some;
        } while (at < fields.length);
        calm.earn();
    }

    /// Sends a piece of an answer as the client takes it.
    ///
    /// @throws UncheckedIOException if it never will
    synchronized void data(Window window, int stream, byte[] bytes, boolean ends) {
        int at = 0;
        do {
            await(window, at < bytes.length);
            int some = (int) Math.min(Math.min(Frame.MOST_BYTES, bytes.length - at), Math.min(left, window.left));
            some = Math.max(0, some);
            left -= some;
            window.left -= some;
            boolean last = at + some == bytes.length;
            put(new Frame(
                    Frame.DATA, ends && last ? Frame.END_STREAM : 0, stream, Arrays.copyOfRange(bytes, at, at + some)));
            calm.earn();
            at += some;
        } while (at < bytes.length);
    }

    private void await(Window window, boolean takesRoom) {
        try {
            while (true) {
                if (window.closed || finished || broken) {
                    throw new UncheckedIOException(new SocketException("the client has left"));
                }
                if (held < MOST_HELD && (!takesRoom || Math.min(left, window.left) > 0)) {
                    return;
                }
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while the client was slow"));
        }
    }

    private void write() {
        try {
            for (byte[] next = take(); next.length > 0; next = take()) {
                writer.writeNow(BufferData.create(next));
                written(next.length);
            }
        } catch (RuntimeException _) {
            // The reading side hears of it, too.
        } finally {
            end();
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
        notifyAll();
    }

    private synchronized void end() {
        broken = true;
        notifyAll();
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
