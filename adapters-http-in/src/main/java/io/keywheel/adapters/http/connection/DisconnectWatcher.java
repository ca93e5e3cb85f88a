package io.keywheel.adapters.http.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.connection.ClientConnections.LateException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Reads what the client sends, on a thread of its own and, while a chat runs, before it is needed.
///
/// So waiting for it can have an end, and a client that leaves is noticed: it shows there and nowhere else. A read
/// is called off only with the whole line; the next one who wants bytes gets what it brings.
final class DisconnectWatcher {

    /// Past this a client that sends on is left waiting, and is watched no more.
    private static final int MOST_HELD = 64 * 1024;

    private final HelidonSocket socket;
    private final Queue<byte[]> held = new ArrayDeque<>();
    private int bytesHeld;
    private boolean reading;
    private boolean begun;
    private @Nullable Thread reader;
    private boolean gone;
    private @Nullable Throwable broken;
    private @Nullable Thread watching;

    DisconnectWatcher(HelidonSocket socket) {
        this.socket = socket;
    }

    private void start() {
        if (!reading && !gone) {
            reading = true;
            reader = Thread.ofVirtual().name("keywheel-read").start(this::read);
        }
    }

    private void read() {
        try {
            byte[] next = socket.get();
            while (next != null && keep(next)) {
                next = socket.get();
            }
            if (next == null) {
                hangUp(null);
            }
        } catch (Throwable e) {
            // The waiting thread must be woken after any failure.
            hangUp(e);
        }
    }

    /// Whether to read on.
    private synchronized boolean keep(byte[] next) {
        begun = true;
        held.add(next);
        bytesHeld += next.length;
        reading = watching != null && bytesHeld < MOST_HELD;
        notifyAll();
        return reading;
    }

    private synchronized void hangUp(@Nullable Throwable e) {
        broken = e;
        gone = true;
        reading = false;
        notifyAll();
        if (watching != null) {
            watching.interrupt();
        }
    }

    /// Whether anything ever came. In TLS nothing does before hands are shaken.
    synchronized boolean hasBegun() {
        return begun;
    }

    /// Closes the channel if a thread reads from it, and so calls the read off.
    synchronized void interrupt() {
        Thread thread = reader;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Ends the connection for the thread that reads from it or waits for that.
    synchronized void giveUp() {
        hangUp(new CloseConnectionException("closed to make room for another client"));
        interrupt();
    }

    /// `thread` is interrupted when the client leaves, until [#release].
    synchronized void watchFor(Thread thread) {
        watching = thread;
        if (gone) {
            thread.interrupt();
        } else if (bytesHeld < MOST_HELD) {
            start();
        }
    }

    /// Whether the client has left; the interrupt that signalled it is taken back.
    synchronized boolean release() {
        watching = null;
        if (gone) {
            Thread.interrupted();
        }
        return gone;
    }

    /// The next that came; null at the end.
    ///
    /// @param end how long to wait for it, in [System#nanoTime]
    /// @throws LateException if nothing came until then
    synchronized byte @Nullable [] take(long end) {
        await(end);
        byte[] next = held.poll();
        if (next != null) {
            bytesHeld -= next.length;
        } else if (broken != null) {
            throw new ServerConnectionException("the client's line broke", broken);
        }
        return next;
    }

    /// Waits until there is something to take.
    private void await(long end) {
        if (held.isEmpty()) {
            start();
        }
        try {
            while (held.isEmpty() && !gone) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new LateException();
                }
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted while the client was silent", e);
        }
    }
}
