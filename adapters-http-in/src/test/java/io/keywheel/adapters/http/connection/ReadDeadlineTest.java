package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.socket.HelidonSocket;
import io.keywheel.timing.Waiting;
import java.lang.reflect.Proxy;
import java.time.Duration;
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
        assertFalse(disconnectWatcher.isPastDeadline(deadline + 1));

        hasProcessor = false;
        Waiting.until(() -> disconnectWatcher.isPastDeadline(deadline + 1));
        assertFalse(disconnectWatcher.isPastDeadline(deadline));

        sent.countDown();
        reader.join();
        assertFalse(disconnectWatcher.isPastDeadline(deadline + 1));
    }

    @Test
    void bytes_are_awaited_again_if_the_deadline_was_noticed_late() {
        hasProcessor = false;
        var taking = Thread.currentThread();
        Thread.startVirtualThread(() -> {
            Waiting.until(() -> taking.getState() == Thread.State.TIMED_WAITING);
            sent.countDown();
        });

        assertNotNull(
                disconnectWatcher.take(System.nanoTime() - Duration.ofSeconds(1).toNanos(), 1));
    }

    @Test
    void client_is_late_if_nothing_arrives_in_the_added_time() {
        hasProcessor = false;
        long deadline = System.nanoTime() - Duration.ofSeconds(1).toNanos();

        assertThrows(BadBodyException.class, () -> disconnectWatcher.take(deadline, 1));
        disconnectWatcher.evict();
    }

    @Test
    void late_deadline_is_extended_once_however_many_bytes_drip() {
        var dripping = new DisconnectWatcher((HelidonSocket) Proxy.newProxyInstance(
                HelidonSocket.class.getClassLoader(), new Class<?>[] {HelidonSocket.class}, (_, _, _) -> new byte[1]));
        long deadline = System.nanoTime() - Duration.ofSeconds(1).toNanos();

        assertThrows(BadBodyException.class, () -> {
            while (System.nanoTime() - deadline < Duration.ofSeconds(30).toNanos()) {
                dripping.take(deadline, 1);
            }
        });
        dripping.evict();
    }
}
