package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.RequestException;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A client that sends its bytes one by one: each read takes far more memory than its byte.
class SmallReadsTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final AtomicInteger reads = new AtomicInteger();
    private final CompletableFuture<Thread> reader = new CompletableFuture<>();
    private final DisconnectWatcher disconnectWatcher = new DisconnectWatcher((HelidonSocket) Proxy.newProxyInstance(
            HelidonSocket.class.getClassLoader(), new Class<?>[] {HelidonSocket.class}, (_, _, _) -> nextByte()));

    private byte[] nextByte() {
        reads.incrementAndGet();
        reader.complete(Thread.currentThread());
        return new byte[1];
    }

    private final ByteBudget bodyBudget = new ByteBudget(100_000);
    private final ConnectionSlots.Slot slot = new ConnectionSlots(1, System::nanoTime).new Slot(null, () -> {});
    private final ConnectionReader connectionReader = new ConnectionReader(
            disconnectWatcher, new ClientTimeouts(A_MINUTE, A_MINUTE, A_MINUTE, A_MINUTE, A_MINUTE), bodyBudget, slot);

    private void readMany() {
        for (int i = 0; i < 10_000; i++) {
            connectionReader.read();
        }
    }

    @Test
    void bytes_sent_one_by_one_count_with_the_memory_of_their_reads() {
        connectionReader.expectBody(A_MINUTE, 1 << 20);

        var refused = assertThrows(RefusedException.class, this::readMany);

        assertEquals(HttpError.UNAVAILABLE, refused.httpError());
    }

    @Test
    void awaited_bytes_of_a_body_count_before_they_arrive() {
        bodyBudget.share().reserve(70_000);
        connectionReader.expectBody(A_MINUTE, 1 << 20);
        connectionReader.expectBytes(32 << 10, 32 << 10);

        var refused = assertThrows(RefusedException.class, connectionReader::read);

        assertEquals(HttpError.UNAVAILABLE, refused.httpError());
        assertEquals(0, reads.get());
    }

    @Test
    void head_counts_while_its_body_is_awaited() {
        slot.acquire();
        for (int i = 0; i < 300; i++) {
            connectionReader.read();
        }
        bodyBudget.share().reserve(20_000);

        var refused = assertThrows(RefusedException.class, () -> connectionReader.expectBytes(1, 0));

        assertEquals(HttpError.UNAVAILABLE, refused.httpError());
    }

    @Test
    void head_of_a_dropped_body_is_returned_once() {
        slot.acquire();
        connectionReader.read();
        connectionReader.expectBytes(1, 0);

        connectionReader.expectDropped(A_MINUTE, 1);
        connectionReader.releaseHead();

        bodyBudget.share().reserve(100_000);
        assertThrows(RefusedException.class, () -> bodyBudget.share().reserve(1));
    }

    @Test
    void head_sent_byte_by_byte_is_refused_early() throws InterruptedException {
        slot.acquire();

        var refused = assertThrows(RequestException.class, this::readMany);

        assertEquals(431, refused.status().code());
        assertTrue(reads.get() < 400, () -> reads + " reads");
    }

    @Test
    void reading_ahead_of_bytes_sent_one_by_one_stops_early() throws InterruptedException {
        disconnectWatcher.watchFor(Thread.currentThread());
        disconnectWatcher.readAhead();

        reader.orTimeout(60, TimeUnit.SECONDS).join().join();
        assertTrue(reads.get() < 400, () -> reads + " reads");
    }
}
