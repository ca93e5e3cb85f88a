package io.keywheel.adapters.http.http2;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// How much the client takes, of each stream and of all together. Whoever has more to say waits here.
final class Windows {

    /// A window may have room for a few bytes only. As in TCP, we wait a little for more: each of these pieces
    /// would be acknowledged by itself, and so make the next as small.
    private static final int LEAST = 1024;

    private static final long FOR_MORE_MILLIS = 100;
    private static final int FIRST = 65_535;
    private static final long LARGEST = Integer.MAX_VALUE;

    /// How much the client takes of one stream.
    final class Window {

        /// Wakes the stream that waits, and no other.
        private final Semaphore turn = new Semaphore(0);

        private long left = initial;

        /// How much there must be room for before the stream is woken.
        private int least;

        private boolean closed;
        private boolean charged;

        void wake() {
            turn.release();
        }

        /// Nothing goes out on the stream any more, and nobody waits for it.
        void close() {
            synchronized (Windows.this) {
                closed = true;
                wake();
            }
        }

        /// The client does not take what waits.
        void unread() {
            synchronized (Windows.this) {
                if (!charged) {
                    charged = true;
                    credit.unread();
                }
            }
        }

        /// @throws BrokenStreamException if the client takes more than anybody could send
        void widen(long bytes) {
            synchronized (Windows.this) {
                left += bytes;
                if (left > LARGEST) {
                    throw new BrokenStreamException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too wide");
                }
                if (left >= least) {
                    wake();
                }
            }
        }
    }

    private final Outlet outlet;
    private final Credit credit;
    private final Waiting waiting = new Waiting();
    private long left = FIRST;
    private long initial = FIRST;

    Windows(Outlet outlet, Credit credit) {
        this.outlet = outlet;
        this.credit = credit;
    }

    /// Of a stream that begins.
    synchronized Window open() {
        return new Window();
    }

    /// How wide windows begin; those that are there change by as much as this does.
    synchronized void initial(long bytes, Iterable<Window> windows) {
        if (bytes < 0 || bytes > LARGEST) {
            throw new BrokenConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "windows that are too wide");
        }
        long change = bytes - initial;
        initial = bytes;
        windows.forEach(window -> window.widen(change));
    }

    synchronized void widen(int bytes) {
        left += bytes;
        if (left > LARGEST) {
            throw new BrokenConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too wide");
        }
        wakeNext();
    }

    /// Something was written, or nothing will be any more.
    synchronized void wake() {
        if (outlet.isOpen()) {
            wakeNext();
        } else {
            waiting.wakeAll();
        }
    }

    private void wakeNext() {
        if (!outlet.isFull()) {
            waiting.wakeFirst(Waiting.Cause.WRITER);
            waiting.wakeFirst(Waiting.Cause.CONNECTION, window -> left >= window.least);
        }
    }

    /// Sends the head of an answer, in as many frames as it takes, once there is room.
    void head(Window window, int stream, byte[] fields, boolean ends) {
        List<Frame> head = Frame.head(stream, fields, ends);
        var _ = whenRoom(window, 0, () -> {
            outlet.put(head);
            credit.earn(0, true);
            return 0;
        });
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
        outlet.put(new Frame(Frame.DATA, ends && last ? Frame.END_STREAM : 0, stream, payload));
        credit.earn(some, last);
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
        return !window.closed && outlet.isOpen();
    }

    private boolean isRoom(Window window, int least) {
        window.least = least;
        if (least > 0 && window.left < least) {
            return mustWait(window, Waiting.Cause.OWN_WINDOW);
        }
        if (least > 0 && left < least) {
            return mustWait(window, Waiting.Cause.CONNECTION);
        }
        return !outlet.isFull() || mustWait(window, Waiting.Cause.WRITER);
    }

    private boolean mustWait(Window window, Waiting.Cause cause) {
        window.turn.drainPermits();
        if (waiting.lineUp(window, cause)) {
            wakeNext();
        }
        return false;
    }

    private synchronized void stopWaiting(Window window) {
        waiting.leave(window);
        wakeNext();
    }
}
