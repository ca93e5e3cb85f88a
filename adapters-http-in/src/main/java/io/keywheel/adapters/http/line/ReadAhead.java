package io.keywheel.adapters.http.line;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.line.Lines.LateException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One read of what the client sends next, on a thread of its own.
///
/// So waiting for it can have an end, and it can be begun while nobody needs it yet: a client that leaves shows
/// there and nowhere else. It cannot be called off; the next one who reads takes over what it brings.
final class ReadAhead {

    private final CompletableFuture<byte @Nullable []> bytes = new CompletableFuture<>();
    private @Nullable Thread watching;
    private boolean gone;

    private ReadAhead() {}

    static ReadAhead start(HelidonSocket socket) {
        var ahead = new ReadAhead();
        Thread.ofVirtual().name("keywheel-read").start(() -> ahead.read(socket));
        return ahead;
    }

    private void read(HelidonSocket socket) {
        try {
            byte[] next = socket.get();
            if (next == null) {
                hangUp();
            }
            bytes.complete(next);
        } catch (UncheckedIOException e) {
            hangUp();
            bytes.completeExceptionally(e);
        }
    }

    private synchronized void hangUp() {
        gone = true;
        if (watching != null) {
            watching.interrupt();
        }
    }

    /// `thread` is interrupted when the client leaves, until [#release]. One that sends its next request early is
    /// watched no more.
    synchronized void watchFor(Thread thread) {
        watching = thread;
        if (gone) {
            thread.interrupt();
        }
    }

    /// Whether the client has left; the interrupt that told so is taken back.
    synchronized boolean release() {
        watching = null;
        if (gone) {
            Thread.interrupted();
        }
        return gone;
    }

    /// What came; null at the end.
    ///
    /// @param end how long to wait for it, in [System#nanoTime]
    /// @throws LateException if nothing came until then
    byte @Nullable [] take(long end) {
        try {
            return bytes.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new LateException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted while the client was silent", e);
        } catch (ExecutionException e) {
            throw new ServerConnectionException("the client's line broke", e.getCause());
        }
    }
}
