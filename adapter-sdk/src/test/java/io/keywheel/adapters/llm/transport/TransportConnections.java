package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.WireServer;
import io.keywheel.timing.Waiting;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Connections that cannot be made, reuse and retries.
interface TransportConnections extends TransportUnderTest {

    @Test
    default void refused_connection_is_reported() throws Exception {
        // Bound, so that no other program can listen on the port.
        try (var silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertEquals("the connection was refused", reason("http://127.0.0.1:" + silent.getLocalPort()));
        }
    }

    /// Why a request to this URL fails.
    private String reason(String url) {
        var request = request(URI.create(url), "ping");
        return assertThrows(TransportException.class, () -> transport().send(request, deadlineIn(LONG)))
                .reason();
    }

    /// A broadcast address: the system does not let a program connect to it.
    @Test
    default void unreachable_network_is_reported_as_the_system_does() {
        String reason = reason("http://255.255.255.255/chat");

        assertTrue(reason.startsWith("no connection could be made: "), reason);
    }

    @Test
    default void unknown_host_is_reported() {
        assertEquals("its host name is unknown", reason("http://no-such-host.invalid/chat"));
    }

    @Test
    default void stale_connection_is_replaced_transparently() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.json(200, exchange.body());
            exchange.close();
        })) {
            for (int i = 0; i < 30; i++) {
                assertEquals("ping " + i, answer(server, "ping " + i));
            }
            assertEquals(30, server.exchanges().size());
        }
    }

    @Test
    default void bytes_after_an_answer_are_not_the_next_answer() throws Exception {
        String pushed = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npushed";
        try (var server = WireServer.start(exchange -> {
            int length = exchange.body().length();
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + exchange.body() + pushed);
        })) {
            for (String ping : List.of("one", "two")) {
                assertEquals(ping, answer(server, ping));
            }
        }
    }

    @Test
    default void closed_transport_is_not_kept_in_memory() throws Exception {
        var collected = new ReferenceQueue<Transport>();
        try (var server = WireServer.start(exchange -> exchange.json(200, exchange.body()))) {
            var closed = new WeakReference<>(closedAfterAnAnswer(server), collected);

            @Nullable Reference<? extends Transport> found = null;
            for (int i = 0; i < 300 && found == null; i++) {
                System.gc();
                found = collected.remove(100);
            }

            assertSame(closed, found);
        }
    }

    private Transport closedAfterAnAnswer(WireServer server) throws Exception {
        Transport transport = open(LONG);
        try (var response = transport.send(request(URI.create(server.baseUrl()), "ping"), deadlineIn(LONG))) {
            assertEquals("ping", text(response));
        }
        transport.close();
        return transport;
    }

    @Test
    default void failing_server_gets_at_most_three_tries_per_request() throws Exception {
        var broken = new AtomicBoolean();
        var together = new CyclicBarrier(20);
        try (var server = WireServer.start(exchange -> {
            if (broken.get()) {
                exchange.close();
            } else {
                together.await(30, TimeUnit.SECONDS);
                exchange.json(200, "{}");
            }
        })) {
            sendTogether(server, 20);
            broken.set(true);
            int before = server.exchanges().size();

            assertThrows(TransportException.class, () -> send(server, deadlineIn(LONG)));

            assertTrue(
                    server.exchanges().size() - before <= 3,
                    () -> server.exchanges().size() + " requests");
        }
    }

    @Test
    default void request_that_a_server_has_worked_on_is_not_repeated() throws Exception {
        try (var server = WireServer.start(exchange -> {
            if (exchange.body().equals("slow")) {
                exchange.hungUpWithin(1100);
                exchange.close();
            } else {
                exchange.json(200, "{}");
            }
        })) {
            sendTogether(server, 1);

            assertThrows(TransportException.class, () -> send(server, "slow", deadlineIn(LONG)));

            assertEquals(2, server.exchanges().size());
        }
    }

    @Test
    default void repeats_do_not_extend_the_deadline() throws Exception {
        var tries = new AtomicInteger();
        try (var server = WireServer.start(exchange -> {
            if (!exchange.body().equals("slow")) {
                exchange.json(200, "{}");
            } else if (tries.incrementAndGet() == 1) {
                exchange.hungUpWithin(500);
                exchange.close();
            } else if (!exchange.hungUpWithin(950)) {
                exchange.json(200, "{}");
            }
        })) {
            sendTogether(server, 1);

            var failure = assertThrows(
                    TransportException.class, () -> send(server, "slow", deadlineIn(Duration.ofSeconds(1))));
            assertTrue(isTimeout(failure), failure.reason());
        }
    }

    private void sendTogether(WireServer server, int count) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> texts = IntStream.range(0, count)
                    .mapToObj(_ -> threads.submit(() -> answer(server, "ping")))
                    .toList();
            for (Future<String> text : texts) {
                assertEquals("{}", text.get());
            }
        }
    }

    @Test
    default void request_is_not_retried_after_the_response_began() throws Exception {
        try (var server = WireServer.start(exchange -> {
            if (exchange.body().equals("first")) {
                exchange.json(200, "{}");
            } else {
                exchange.send("HTTP/1.1 200 OK\r\nX-Half: a");
                exchange.reset();
            }
        })) {
            assertEquals("{}", answer(server, "first"));

            assertThrows(TransportException.class, () -> send(server, "second", deadlineIn(LONG)));
            assertEquals(2, server.exchanges().size());
        }
    }

    @Test
    default void interrupted_thread_sends_nothing() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.json(200, "{}"))) {
            for (int i = 0; i < 20; i++) {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedException.class, () -> send(server, "interrupted", deadlineIn(LONG)));
            }
            answer(server, "another");

            assertEquals(1, server.connections());
        }
    }

    @Test
    default void interrupts_at_random_times_leave_no_open_connection() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.openStream();
            exchange.chunk("first");
            exchange.awaitHangUp();
        })) {
            var random = new Random(7);
            for (int i = 0; i < 100; i++) {
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        send(server, deadlineIn(LONG)).close();
                    } catch (TransportException | InterruptedException _) {
                        return; // both outcomes mean that no response arrived
                    }
                });
                LockSupport.parkNanos(random.nextInt(1_500_000));
                sender.interrupt();
                sender.join();
            }

            Waiting.until(() -> server.open() == 0);
        }
    }
}
