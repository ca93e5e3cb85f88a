package io.keywheel.adapters.http.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// What goes to the client, written by a thread of its own: the thread of a stream may be interrupted, and that
/// would close the socket it writes to.
///
/// It also keeps the windows: how much the client takes, of each stream and of all together.
final class Outlet {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    private static final int MOST_HELD = 16 * 1024;

    /// A window may have room for a few bytes only. As in TCP, we wait a little for more: each of these pieces
    /// would be acknowledged by itself, and so make the next as small.
    private static final int LEAST = 1024;

    private static final long FOR_MORE_MILLIS = 100;
    private static final int FIRST_WINDOW = 65_535;
    private static final long LARGEST_WINDOW = Integer.MAX_VALUE;

    /// How much the client takes of one stream.
    final class Window {

        /// Wakes the stream that waits, and no other.
        private final Semaphore turn = new Semaphore(0);

        private long left = initial;

        /// How much there must be room for before the stream is woken.
        private int least;

        private boolean closed;
        private boolean charged;

        /// Nothing goes out on the stream any more, and nobody waits for it.
        void close() {
            synchronized (Outlet.this) {
                closed = true;
                turn.release();
            }
        }

        /// The client does not take what waits.
        void unread() {
            synchronized (Outlet.this) {
                if (!charged) {
                    charged = true;
                    calm.unread();
                }
            }
        }

        /// @throws BrokenStreamException if the client takes more than anybody could send
        void widen(long bytes) {
            synchronized (Outlet.this) {
                left += bytes;
                if (left > LARGEST_WINDOW) {
                    throw new BrokenStreamException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too wide");
                }
                if (left >= least) {
                    turn.release();
                }
            }
        }
    }

    private final DataWriter writer;
    private final Calm calm;
    private final Queue<byte[]> frames = new ArrayDeque<>();

    /// Streams wait for their own window, for that of the connection, or for what is held to be written. Of
    /// those who wait for what they share, the first is woken, and wakes the next in turn.
    private final SequencedSet<Window> narrow = new LinkedHashSet<>();

    private final SequencedSet<Window> wantConnection = new LinkedHashSet<>();
    private final SequencedSet<Window> wantWriter = new LinkedHashSet<>();
    private final List<SequencedSet<Window>> waiting = List.of(narrow, wantConnection, wantWriter);
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
        wakeNext();
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
    void head(Window window, int stream, byte[] fields, boolean ends) {
        var _ = whenRoom(window, 0, () -> putHead(stream, fields, ends));
    }

    private int putHead(int stream, byte[] fields, boolean ends) {
        int at = 0;
        do {
            int some = Math.min(Frame.MOST_BYTES, fields.length - at);
            int flags = (ends && at == 0 ? Frame.END_STREAM : 0) | (at + some == fields.length ? Frame.END_HEADERS : 0);
            int type = at == 0 ? Frame.HEADERS : Frame.CONTINUATION;
            put(new Frame(type, flags, stream, Arrays.copyOfRange(fields, at, at + some)));
            at += some;
        } while (at < fields.length);
        calm.earn(0, true);
        return 0;
    }

    /// Sends a piece of an answer as the client takes it.
    ///
    /// @throws UncheckedIOException if it never will
    void data(Window window, int stream, byte[] bytes, boolean ends) {
        int at = 0;
        do {
            int from = at;
            at += whenRoom(window, bytes.length - at, () -> putData(window, stream, bytes, from, ends));
        } while (at < bytes.length);
    }

    private int putData(Window window, int stream, byte[] bytes, int from, boolean ends) {
        int most = Math.min(Frame.MOST_BYTES, bytes.length - from);
        int some = (int) Math.max(0, Math.min(most, Math.min(left, window.left)));
        left -= some;
        window.left -= some;
        boolean last = from + some == bytes.length;
        byte[] payload = Arrays.copyOfRange(bytes, from, from + some);
        put(new Frame(Frame.DATA, ends && last ? Frame.END_STREAM : 0, stream, payload));
        calm.earn(some, last);
        return some;
    }

    private int whenRoom(Window window, int bytes, IntSupplier send) {
        int least = Math.min(bytes, LEAST);
        try {
            while (true) {
                synchronized (this) {
                    if (!isOpen(window)) {
                        throw new UncheckedIOException(new SocketException("the client has left"));
                    }
                    if (isRoom(window, least)) {
                        return send.getAsInt();
                    }
                }
                if (least <= 1) {
                    window.turn.acquire();
                } else if (!window.turn.tryAcquire(FOR_MORE_MILLIS, TimeUnit.MILLISECONDS)) {
                    least = 1;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            if (isOpen(window)) {
                window.unread();
            }
            throw new UncheckedIOException(new InterruptedIOException("interrupted while the client was slow"));
        } finally {
            stopWaiting(window);
        }
    }

    private synchronized boolean isOpen(Window window) {
        return !window.closed && !finished && !broken;
    }

    private boolean isRoom(Window window, int least) {
        window.least = least;
        if (least > 0 && window.left < least) {
            lineUp(window, narrow);
        } else if (least > 0 && left < least) {
            lineUp(window, wantConnection);
        } else if (held >= MOST_HELD) {
            lineUp(window, wantWriter);
        } else {
            return true;
        }
        return false;
    }

    private void lineUp(Window window, SequencedSet<Window> queue) {
        window.turn.drainPermits();
        if (!queue.contains(window)) {
            stopWaiting(window);
            queue.add(window);
        }
    }

    private synchronized void stopWaiting(Window window) {
        waiting.forEach(queue -> queue.remove(window));
        wakeNext();
    }

    private void wakeNext() {
        if (held < MOST_HELD) {
            wakeFirst(wantWriter);
            if (!wantConnection.isEmpty() && left >= wantConnection.getFirst().least) {
                wakeFirst(wantConnection);
            }
        }
    }

    private static void wakeFirst(SequencedSet<Window> queue) {
        if (!queue.isEmpty()) {
            queue.getFirst().turn.release();
        }
    }

    private void write() {
        try {
            for (byte[] next = take(); next.length > 0; next = take()) {
                writer.writeNow(BufferData.create(next));
                written(next.length);
            }
        } catch (RuntimeException e) {
            // It left, or its TLS did; Helidon has many names for that. The reading side hears of it, too.
            LOG.log(Level.DEBUG, "a client can be written to no more", e);
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
        wakeNext();
    }

    private synchronized void end() {
        broken = true;
        waiting.forEach(queue -> queue.forEach(window -> window.turn.release()));
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
