package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.certificates.ServerCertificate;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Protocol;

/// Checks TLS to the store, including the verification of its certificate.
class StoreTlsTest {

    @TempDir
    private static Path directory;

    private static AutoCloseable trust;

    @BeforeAll
    static void trustOne() throws Exception {
        trust = ServerCertificate.trustedByAll(directory);
    }

    @AfterAll
    static void trustAsBefore() throws Exception {
        trust.close();
    }

    @Test
    void facts_and_claims_are_shared_over_tls() throws Exception {
        int port = StoreServer.freePort();
        try (var store = store(port, ServerCertificate.ADDRESS);
                var one = gateway(port, "a").connected();
                var other = gateway(port, "b").connected()) {
            one.publish(one.cooledDown(Duration.ofHours(1)));

            assertInstanceOf(Fact.CooledDown.class, other.next());
            assertTrue(other.state.claim(other.call(true)));
            assertInstanceOf(Fact.Called.class, one.next());
            assertEquals(1L, SharingGateway.run(store, "XLEN", "kw:{groq}:facts"));
        }
    }

    /// Each row has a certificate and the expected error.
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "UNTRUSTED, '(Path does not chain|unable to find valid certification path)'",
        "LOCALHOST, No subject alternative",
        "EXPIRED,   NotAfter",
    })
    void store_with_an_untrusted_certificate_receives_no_data(ServerCertificate certificate, String reason)
            throws Exception {
        int port = StoreServer.freePort();
        try (var store = store(port, certificate);
                var one = gateway(port, "a")) {
            String change = one.nextChange();
            assertTrue(change.matches("unavailable: its certificate is not trusted: " + reason + ".*"), change);
            assertFalse(one.state.isConnected());
            assertFalse(one.state.claim(one.call(true)));
            one.publish(one.cooledDown(Duration.ofHours(1)));
            assertEquals(0L, SharingGateway.run(store, "DBSIZE"));

            show(store, ServerCertificate.ADDRESS);

            one.connected();
            assertEquals(List.of(), one.otherChanges());
            try (var other = gateway(port, "b")) {
                assertInstanceOf(Fact.CooledDown.class, other.next());
            }
        }
    }

    @Test
    void close_does_not_block_on_a_store_that_reads_no_data() throws Exception {
        SSLContext context = ServerCertificate.ADDRESS.context();
        try (var server = context.getServerSocketFactory().createServerSocket(0);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var silent = threads.submit(() -> {
                var socket = (SSLSocket) server.accept();
                // The reply to the greeting of Jedis.
                socket.getOutputStream().write("*2\r\n$5\r\nproto\r\n:2\r\n".getBytes(UTF_8));
                return socket;
            });
            var connection = new StoreConnection(SharingGateway.settings(address(server.getLocalPort())));
            Thread sender = Thread.ofVirtual().start(() -> {
                while (true) {
                    connection.send(Protocol.Command.ECHO, "x".repeat(10_000));
                }
            });
            while (sender.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }

            Thread request = Thread.ofVirtual().start(connection::close);

            assertTrue(request.join(SharingGateway.LONG), "a request waits for the store");
            assertTrue(sender.join(SharingGateway.LONG));
            silent.get().close();
        }
    }

    private static SharingGateway gateway(int port, String shown) {
        return new SharingGateway(address(port), shown);
    }

    private static RedisSharedState.Address address(int port) {
        return new RedisSharedState.Address("127.0.0.1", port, true, "", "", 0);
    }

    /// Starts a store with TLS at `port` and a plain port for the test.
    private static StoreServer store(int port, ServerCertificate certificate) throws Exception {
        StoreServer store = SharingGateway.store("--tls-auth-clients", "no");
        show(store, certificate);
        assertEquals("OK", SharingGateway.run(store, "CONFIG", "SET", "tls-port", Integer.toString(port)));
        return store;
    }

    private static void show(StoreServer store, ServerCertificate certificate) throws Exception {
        assertEquals(
                "OK",
                SharingGateway.run(
                        store,
                        "CONFIG",
                        "SET",
                        "tls-cert-file",
                        certificate.certificateIn(directory).toString(),
                        "tls-key-file",
                        certificate.keyIn(directory).toString()));
    }
}
