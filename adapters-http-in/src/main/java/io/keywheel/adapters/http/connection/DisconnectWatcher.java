package io.keywheel.adapters.http.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Reads what the client sends: between requests on the thread that serves it, which costs least; otherwise on a
/// thread of its own, so that a wait can end without the connection, and a client that leaves is noticed.
///
/// A client that leaves shows by a read and by nothing else. So [#watch] reads ahead while a chat runs. A read is
/// called off only with the whole connection; the next [#take] gets what it brings.
final class DisconnectWatcher {

    /// Past this a client that sends on is left waiting, and is watched no more.
    private static final int MOST_HELD = 64 * 1024;

    private final HelidonSocket socket;
    private final Queue<byte[]> held = new ArrayDeque<>();
    private int bytesHeld;
    private boolean reading;
    private boolean begun;
    private @Nullable Thread reader;

    /// Until when the reading thread may wait; null if it may forever.
    private volatile @Nullable Long readEnds;

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

    /// The next that came, read on this thread if nothing is being read; null at the end.
    ///
    /// @param end how long to wait for it, in [System#nanoTime]; past it, [#isLate] is true
    byte @Nullable [] takeHere(long end) {
        synchronized (this) {
            if (reading || gone || !held.isEmpty()) {
                return take(end);
            }
            reading = true;
            reader = Thread.currentThread();
            readEnds = end;
        }
        byte[] next = null;
        RuntimeException failure = null;
        try {
            next = socket.get();
        } catch (RuntimeException e) {
            failure = e;
        }
        return taken(next, failure);
    }

    private synchronized byte @Nullable [] taken(byte @Nullable [] next, @Nullable RuntimeException failure) {
        reading = false;
        reader = null;
        readEnds = null;
        if (next == null && !gone) {
            hangUp(failure);
        }
        if (gone) {
            return end();
        }
        begun = true;
        return next;
    }

    /// Whether the thread that serves the client has read for too long.
    boolean isLate(long now) {
        Long end = readEnds;
        return end != null && end - now < 0;
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
        }
    }

    /// Begins to look whether the client leaves, if a thread wants to know. A chat that ends before this is called
    /// costs no thread.
    synchronized void watch() {
        if (watching != null && bytesHeld < MOST_HELD) {
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
    /// @throws BadBodyException if nothing came until then
    synchronized byte @Nullable [] take(long end) {
        await(end);
        byte[] next = held.poll();
        if (next == null) {
            return end();
        }
        bytesHeld -= next.length;
        return next;
    }

    private byte @Nullable [] end() {
        if (broken != null) {
            throw new ServerConnectionException("the client's connection broke", broken);
        }
        return null;
    }

    private void await(long end) {
        if (held.isEmpty()) {
            start();
        }
        try {
            while (held.isEmpty() && !gone) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new BadBodyException(BadBodyException.Problem.LATE);
                }
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted while the client was silent", e);
        }
    }
}
