package io.keywheel.adapters.http.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Reads the client's bytes. Between requests, the serving thread reads, which is cheapest. Otherwise, a separate
/// thread reads, so that a wait can end without the connection, and a disconnect is detected.
///
/// Only a read detects a disconnect, so [#watch] reads ahead while a chat runs. Only the end of the connection
/// cancels a read; the next [#take] returns its bytes.
final class DisconnectWatcher {

    /// In bytes. At this limit, the client gets backpressure and is no longer watched.
    private static final int MOST_HELD = 64 * 1024;

    private final HelidonSocket socket;
    private final Queue<byte[]> held = new ArrayDeque<>();
    private int bytesHeld;
    private boolean reading;
    private boolean begun;
    private @Nullable Thread reader;

    /// The deadline of the serving thread's read, in [System#nanoTime]; null for none.
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

    /// The next bytes, read on the current thread unless another one reads; null at the end of the stream.
    ///
    /// @param end the deadline, in [System#nanoTime]; past it, [#isLate] is true
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

    /// Whether the serving thread's read has passed its deadline.
    boolean isLate(long now) {
        Long end = readEnds;
        return end != null && end - now < 0;
    }

    /// Adds `next` to the held bytes, and returns whether to read on.
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

    /// Whether the client has sent any byte. A TLS client sends none before the handshake is complete.
    synchronized boolean hasBegun() {
        return begun;
    }

    /// Interrupts the reading thread, if any, which closes the channel and ends the read.
    synchronized void interrupt() {
        Thread thread = reader;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Ends the connection for the thread that reads from it or waits for bytes.
    synchronized void giveUp() {
        hangUp(new CloseConnectionException("closed to make room for another client"));
        interrupt();
    }

    /// Interrupts `thread` when the client disconnects, until [#release].
    synchronized void watchFor(Thread thread) {
        watching = thread;
        if (gone) {
            thread.interrupt();
        }
    }

    /// Starts to read ahead if [#watchFor] is in effect. A chat that ends before this call needs no reading thread.
    synchronized void watch() {
        if (watching != null && bytesHeld < MOST_HELD) {
            start();
        }
    }

    /// Ends [#watchFor]. Returns whether the client has disconnected, and clears the interrupt that signalled it.
    synchronized boolean release() {
        watching = null;
        if (gone) {
            Thread.interrupted();
        }
        return gone;
    }

    /// The next bytes; null at the end of the stream.
    ///
    /// @param end the deadline, in [System#nanoTime]
    /// @throws BadBodyException if none arrive before the deadline
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
