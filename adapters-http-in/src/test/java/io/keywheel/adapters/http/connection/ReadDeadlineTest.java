package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.socket.HelidonSocket;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.timing.Waiting;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReadDeadlineTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch sent = new CountDownLatch(1);
    private volatile boolean hasProcessor = true;

    private final DisconnectWatcher disconnectWatcher = new DisconnectWatcher((HelidonSocket) Proxy.newProxyInstance(
            HelidonSocket.class.getClassLoader(), new Class<?>[] {HelidonSocket.class}, (_, _, _) -> read()));

    private byte[] read() throws InterruptedException {
        begun.countDown();
        while (hasProcessor) {
            Thread.onSpinWait();
        }
        sent.await();
        return new byte[1];
    }

    @Test
    void client_is_late_only_while_the_reading_thread_waits() throws InterruptedException {
        long deadline = System.nanoTime();
        var reader = Thread.ofVirtual().start(() -> disconnectWatcher.readInline(deadline));
        begun.await();
        assertFalse(disconnectWatcher.expire(deadline + 1));

        hasProcessor = false;
        Waiting.until(() -> disconnectWatcher.expire(deadline + 1));
        assertFalse(disconnectWatcher.expire(deadline));

        sent.countDown();
        reader.join();
        assertFalse(disconnectWatcher.expire(deadline + 1));
    }

    @Test
    void interrupt_ends_no_work_of_a_thread_that_has_read() {
        hasProcessor = false;
        sent.countDown();
        disconnectWatcher.readInline(System.nanoTime());

        disconnectWatcher.interrupt();

        assertFalse(Thread.interrupted());
    }

    @Test
    void wait_for_bytes_that_another_thread_reads_expires_without_the_connection() throws Exception {
        long deadline = System.nanoTime();
        var late = CompletableFuture.runAsync(
                () -> assertThrows(RefusedException.class, () -> disconnectWatcher.take(deadline, 1)),
                Thread::startVirtualThread);
        begun.await();
        assertFalse(disconnectWatcher.expire(deadline + 1));
        assertFalse(late.isDone());

        hasProcessor = false;
        Waiting.until(() -> {
            assertFalse(disconnectWatcher.expire(deadline + 1));
            return late.isDone();
        });
        late.join();

        sent.countDown();
        assertNotNull(disconnectWatcher.take(deadline, 1));
    }
}
