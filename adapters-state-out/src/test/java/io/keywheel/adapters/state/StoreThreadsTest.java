package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.store.StoreServer;
import io.keywheel.timing.LongerTimeouts;
import io.keywheel.timing.Waiting;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// The sender and reader threads survive errors and late replies.
class StoreThreadsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    @Test
    void late_end_of_a_blocking_read_is_not_a_timeout() throws Exception {
        // Each try uses the same timeout, because a longer one would hide the error.
        LongerTimeouts.retryFrom(TIMEOUT, _ -> {
            // The reader reads the clock after each read.
            var reads = new Semaphore(0);
            InstantSource clock = () -> {
                reads.release();
                return Instant.now();
            };
            try (var store = SharingGateway.store("--hz", "1");
                    var one = new SharingGateway(SharingGateway.address(store), "a", clock, TIMEOUT).connected()) {
                reads.drainPermits();
                reads.acquire(2);

                assertEquals(List.of(), one.otherChanges());
            }
        });
    }

    @Test
    void heartbeat_pipelines_all_commands_before_reading_replies() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = threads.submit(() -> {
                try (Socket gateway = server.accept()) {
                    // The replies to the greeting of Jedis and to TIME, and no others.
                    String replies = "*2\r\n$5\r\nproto\r\n:2\r\n*2\r\n$1\r\n1\r\n$1\r\n1\r\n";
                    gateway.getOutputStream().write(replies.getBytes(StandardCharsets.UTF_8));
                    var commands = new StringBuilder();
                    int next = 0;
                    while (next >= 0 && commands.indexOf("kw:{clients}:used") < 0) {
                        next = gateway.getInputStream().read();
                        commands.append((char) next);
                    }
                    return commands.toString();
                }
            });
            var settings = SharingGateway.settings(SharingGateway.address(server.getLocalPort()));
            var reader = new StoreReader(new StoreContext(settings, "", InstantSource.system()), _ -> {}, () -> {});
            try (var connection = new StoreConnection(settings)) {
                assertThrows(JedisConnectionException.class, () -> reader.heartbeat(connection));
            }

            assertTrue(sent.get().contains("kw:{clients}:used"), "one reply was waited for");
        }
    }

    private static StoreLink link(StoreServer store, InstantSource clock, Collection<String> said) {
        var settings = SharingGateway.settings(SharingGateway.address(store));
        var context = new StoreContext(settings, "", clock);
        var link = new StoreLink(context, SharingGateway.changes(said));
        link.start(new StoreReader(context, _ -> {}, () -> {}));
        return link;
    }

    private static StoreLink.Session session(StoreLink link) {
        StoreLink.Session session = link.session();
        while (session == null) {
            Thread.onSpinWait();
            session = link.session();
        }
        return session;
    }

    @Test
    void timeout_of_a_lost_session_does_not_end_the_next_session() {
        try (var store = SharingGateway.store()) {
            StoreLink link = link(store, InstantSource.system(), new LinkedBlockingQueue<>());
            StoreLink.Session lost = session(link);
            link.tooSlow(lost);
            StoreLink.Session next = session(link);

            link.tooSlow(lost);

            assertSame(next, link.session());
            link.close();
        }
    }

    @Test
    void flapping_store_is_reported_as_connected_once_stable() throws Exception {
        var ahead = new AtomicReference<>(Duration.ZERO);
        var said = new LinkedBlockingQueue<String>();
        try (var store = SharingGateway.store()) {
            StoreLink link = link(store, () -> Instant.now().plus(ahead.get()), said);
            for (int i = 0; i < 3; i++) {
                link.tooSlow(session(link));
            }
            session(link);
            for (int i = 0; i < 2; i++) {
                assertEquals("connected", said.take());
                assertEquals("unavailable: it did not answer in time", said.take());
            }
            assertEquals(List.of(), List.copyOf(said));

            ahead.set(Duration.ofSeconds(11));

            assertEquals("connected", said.poll(SharingGateway.LONG.toSeconds(), TimeUnit.SECONDS));
            link.close();
        }
    }

    /// A store closes connections that are idle for longer than its setting `timeout`.
    @Test
    void heartbeat_uses_the_sending_connection_too() throws Exception {
        var ahead = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        try (var store = SharingGateway.store();
                var _ = new SharingGateway(SharingGateway.address(store), "a", clock, SharingGateway.LONG)
                        .connected()) {
            Waiting.until(() -> {
                // Time that passes before the reader waits for its next heartbeat does not count.
                ahead.updateAndGet(before -> before.plusSeconds(11));
                String clients = SharingGateway.run(store, "CLIENT", "LIST").toString();
                return clients.lines()
                                .filter(client -> client.matches(".* cmd=(time|xread) .*"))
                                .count()
                        == 2;
            });
        }
    }

    @Test
    void starting_gateway_connects_while_others_keep_writing() throws Exception {
        try (var store = SharingGateway.store();
                var socket = new Socket(InetAddress.getLoopbackAddress(), store.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Writes some entries per event loop of the store, but fewer than fill a page.
            String command = "XADD kw:{groq}:calls MAXLEN 1000 * v 0 f " + "x".repeat(200) + "\r\n";
            byte[] commands = command.repeat(100).getBytes(StandardCharsets.UTF_8);
            var _ = threads.submit(() -> {
                while (true) {
                    socket.getOutputStream().write(commands);
                }
            });
            var _ = threads.submit(() -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()));
            try (var one = new SharingGateway(store, "a")) {
                one.connected();
            } finally {
                socket.shutdownOutput();
                socket.shutdownInput();
            }
        }
    }
}
