package io.keywheel.adapters.http.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.io.EOFException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Reads the client's bytes. Between requests, the serving thread reads, which is cheapest. Otherwise, a separate
/// thread reads, so that a wait can end without the connection, and a disconnect is detected.
///
/// Only a read detects a disconnect, so [#readAhead] reads ahead while a chat runs. Only the end of the connection
/// cancels a read; the next [#take] returns its bytes.
final class DisconnectWatcher {

    /// In bytes of memory. At this limit, the client gets backpressure and is no longer watched.
    private static final int MOST_BUFFERED_BYTES = 16 << 10;

    /// The memory that each read takes beside its bytes. A client may send bytes one by one.
    private static final int READ_OVERHEAD_BYTES = 96;

    private final HelidonSocket socket;
    private final Queue<byte[]> buffered = new ArrayDeque<>();

    /// In bytes of memory, as [#MOST_BUFFERED_BYTES].
    private int bufferedBytes;

    /// A waiting [#take] returns once so many bytes are held; 0 if none waits. In bytes of memory, as
    /// [#MOST_BUFFERED_BYTES].
    private int awaitedBytes;

    private boolean reading;
    private boolean received;
    private @Nullable Thread reader;

    /// The deadline of the serving thread's read, in [System#nanoTime]; null for none.
    private @Nullable Long readDeadline;

    private boolean isLate;
    private boolean ended;
    private @Nullable Throwable failure;
    private @Nullable Thread interruptTarget;

    DisconnectWatcher(HelidonSocket socket) {
        this.socket = socket;
    }

    /// How much memory `bytes` take while they are held as they arrived.
    static int memory(byte[] bytes) {
        return bytes.length + READ_OVERHEAD_BYTES;
    }

    private void start() {
        if (!reading && !ended) {
            reading = true;
            reader = Thread.ofVirtual().name("keywheel-read").start(this::read);
        }
    }

    private void read() {
        try {
            byte[] next = socket.get();
            while (next != null && enqueue(next)) {
                next = socket.get();
            }
            if (next == null) {
                connectionEnded(null);
            }
        } catch (Throwable e) {
            // The waiting thread must be woken after any failure.
            connectionEnded(e);
        }
    }

    /// The next bytes, read on the current thread unless another one reads.
    ///
    /// @param deadline the deadline, in [System#nanoTime], for [#expire]
    byte[] readInline(long deadline) {
        synchronized (this) {
            if (reading || ended || !buffered.isEmpty()) {
                return take(deadline, 1);
            }
            reading = true;
            reader = Thread.currentThread();
            readDeadline = deadline;
        }
        read();
        synchronized (this) {
            reader = null;
            readDeadline = null;
            return take(deadline, 1);
        }
    }

    /// Ends the wait of the serving thread if the client has not sent its bytes in time. A reading thread that could
    /// run waits for a processor, which is not the client's fault.
    ///
    /// @param lateBefore as [StarvationDetector#lateBefore]
    /// @return whether the wait can only be ended by closing the socket, because the serving thread reads itself
    synchronized boolean expire(long lateBefore) {
        if (readDeadline == null
                || readDeadline - lateBefore >= 0
                || reader == null
                || reader.getState() == Thread.State.RUNNABLE) {
            return false;
        }
        isLate = true;
        notifyAll();
        return awaitedBytes == 0;
    }

    /// Adds `next` to the held bytes, and returns whether to read on.
    private synchronized boolean enqueue(byte[] next) {
        received = true;
        buffered.add(next);
        bufferedBytes += memory(next);
        reading = bufferedBytes < (interruptTarget != null ? MOST_BUFFERED_BYTES : awaitedBytes);
        if (bufferedBytes >= awaitedBytes) {
            notifyAll();
        }
        return reading;
    }

    private synchronized void connectionEnded(@Nullable Throwable e) {
        failure = e;
        ended = true;
        reading = false;
        notifyAll();
        if (interruptTarget != null) {
            interruptTarget.interrupt();
        }
    }

    /// Whether the client has sent any byte. A TLS client sends none before the handshake is complete.
    synchronized boolean hasReceived() {
        return received;
    }

    /// Interrupts the reading thread, if any, which closes the channel and ends the read.
    synchronized void interrupt() {
        if (reader != null) {
            reader.interrupt();
        }
    }

    /// Ends the connection for the thread that reads from it or waits for bytes.
    synchronized void evict() {
        connectionEnded(new CloseConnectionException("closed to make room for another client"));
        interrupt();
    }

    /// Interrupts `thread` when the client disconnects, until [#release].
    synchronized void watchFor(Thread thread) {
        interruptTarget = thread;
        if (ended) {
            thread.interrupt();
        }
    }

    /// Starts to read ahead if [#watchFor] is in effect. A chat that ends before this call needs no reading thread.
    synchronized void readAhead() {
        if (interruptTarget != null && bufferedBytes < MOST_BUFFERED_BYTES) {
            start();
        }
    }

    /// Ends [#watchFor]. Returns whether the client has disconnected, and clears the interrupt that signalled it.
    synchronized boolean release() {
        interruptTarget = null;
        if (ended) {
            Thread.interrupted();
        }
        return ended;
    }

    /// @param deadline the deadline, in [System#nanoTime], for [#expire]
    /// @param bytes how many to wait for if none are held, or fewer if they arrive in small reads. The client must
    ///     be certain to send so many
    /// @throws RefusedException if the wait has expired
    /// @throws ServerConnectionException at the end of the connection
    synchronized byte[] take(long deadline, int bytes) {
        if (buffered.isEmpty()) {
            await(deadline, bytes);
        }
        byte[] next = buffered.poll();
        if (next == null) {
            Throwable cause = failure == null ? new EOFException() : failure;
            throw new ServerConnectionException("the client's connection has ended", cause);
        }
        bufferedBytes -= memory(next);
        return next;
    }

    private void await(long deadline, int bytes) {
        awaitedBytes = bytes;
        readDeadline = deadline;
        isLate = false;
        start();
        try {
            while (bufferedBytes < bytes && !ended) {
                if (isLate) {
                    throw new RefusedException(HttpError.REQUEST_TIMEOUT, "the request did not arrive in time");
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted while the client was silent", e);
        } finally {
            awaitedBytes = 0;
            readDeadline = null;
        }
    }
}
