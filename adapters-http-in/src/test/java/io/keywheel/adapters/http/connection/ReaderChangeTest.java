package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.timing.Waiting;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The serving thread and the reading thread take turns at one connection.
class ReaderChangeTest {

    /// What the client sends; empty for the end of the connection.
    private final BlockingQueue<Optional<byte[]>> incoming = new LinkedBlockingQueue<>();

    private volatile @Nullable Thread reader;

    private final DisconnectWatcher disconnectWatcher = new DisconnectWatcher((HelidonSocket) Proxy.newProxyInstance(
            HelidonSocket.class.getClassLoader(), new Class<?>[] {HelidonSocket.class}, (_, _, _) -> read()));

    private byte @Nullable [] read() throws InterruptedException {
        reader = Thread.currentThread();
        return incoming.take().orElse(null);
    }

    private static boolean waits(@Nullable Thread thread) {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    @Test
    void idle_client_is_late_after_a_wait_for_the_reading_thread() {
        incoming.add(Optional.of(new byte[1]));
        disconnectWatcher.take(System.nanoTime(), 1);

        long deadline = System.nanoTime();
        Thread.startVirtualThread(() -> disconnectWatcher.readInline(deadline));
        Waiting.until(() -> disconnectWatcher.expire(deadline + 1));
        incoming.add(Optional.of(new byte[1]));
    }

    @Test
    void client_is_not_late_while_its_request_is_answered() {
        incoming.add(Optional.of(new byte[1]));
        long deadline = System.nanoTime();
        disconnectWatcher.readInline(deadline);

        disconnectWatcher.watchFor(Thread.currentThread());
        disconnectWatcher.readAhead();
        Waiting.until(() -> reader != Thread.currentThread() && waits(reader));
        assertFalse(disconnectWatcher.expire(deadline + 1));
        disconnectWatcher.release();
        incoming.add(Optional.of(new byte[1]));
    }

    @Test
    void end_of_the_connection_ends_a_wait_for_bytes() {
        var waiting = new CompletableFuture<Thread>();
        var ended = CompletableFuture.runAsync(
                () -> {
                    waiting.complete(Thread.currentThread());
                    assertThrows(ServerConnectionException.class, () -> disconnectWatcher.take(System.nanoTime(), 1));
                },
                Thread::startVirtualThread);
        Waiting.until(() -> waiting.isDone() && waits(waiting.join()));

        incoming.add(Optional.empty());

        ended.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
