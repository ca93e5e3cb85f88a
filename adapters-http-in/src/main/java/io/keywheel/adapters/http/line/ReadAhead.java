package io.keywheel.adapters.http.line;

import io.helidon.common.socket.HelidonSocket;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// One read of what the client sends next, begun while nobody needs it yet: a client that leaves shows there and
/// nowhere else.
///
/// It cannot be called off, so the next one who reads takes over what it brings. A client that sends its next
/// request early is not watched any more.
final class ReadAhead {

    private final CompletableFuture<byte @Nullable []> bytes = new CompletableFuture<>();
    private @Nullable Thread watching;
    private boolean gone;

    private ReadAhead() {}

    static ReadAhead start(HelidonSocket socket) {
        var ahead = new ReadAhead();
        Thread.ofVirtual().name("keywheel-watch").start(() -> ahead.read(socket));
        return ahead;
    }

    private void read(HelidonSocket socket) {
        byte[] next;
        try {
            next = socket.get();
        } catch (UncheckedIOException e) {
            hangUp();
            bytes.completeExceptionally(e);
            return;
        }
        if (next == null) {
            hangUp();
        }
        bytes.complete(next);
    }

    private synchronized void hangUp() {
        gone = true;
        if (watching != null) {
            watching.interrupt();
        }
    }

    /// `thread` is interrupted when the client leaves, until [#release].
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
    byte @Nullable [] take() {
        try {
            return bytes.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while reading"));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UncheckedIOException io ? io : new IllegalStateException(e.getCause());
        }
    }
}
