package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.client.RawClient;
import io.keywheel.timing.Waiting;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS handshakes, also stalled ones: the reading thread then holds a lock that writing and closing need.
@Execution(CONCURRENT)
class TlsTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    /// Long enough for a handshake.
    private static final Duration LONGER = Duration.ofSeconds(2);

    /// The content type of a TLS handshake record, its first byte.
    private static final int HANDSHAKE = 22;

    private static final TestServer.Terms ENCRYPTED = TestServer.Terms.USUAL.withTls(TestServer.TLS);

    @AutoClose
    private final TestServer encrypted = new TestServer(ENCRYPTED);

    /// A client that sends only its ClientHello.
    private static RawClient silent(TestServer testServer, String version) throws SSLException {
        var engine = TestServer.TLS.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        var hello = ByteBuffer.allocate(64 * 1024);
        engine.wrap(ByteBuffer.allocate(0), hello);
        return testServer.raw().send(Arrays.copyOf(hello.array(), hello.position()));
    }

    private static void awaitEnd(RawClient client) {
        try {
            client.readAll();
        } catch (UncheckedIOException _) {
            // An abrupt close also counts.
        }
    }

    /// Stops on a separate thread, because a hanging stop cannot be interrupted.
    private static void mustStop(TestServer testServer) {
        var stops = Thread.startVirtualThread(testServer::close);
        Waiting.until(() -> !stops.isAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2 http/1.1", ""})
    void client_offering_h2_first_or_no_alpn_gets_http_1_1(String protocols) {
        try (var client = encrypted.overTls(protocols.isEmpty() ? new String[0] : protocols.split(" "))) {
            for (int i = 0; i < 3; i++) {
                String answer = client.send(RawClient.get("/health/live")).readUntil("\"live\"}");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
            assertEquals(protocols.isEmpty() ? "" : "http/1.1", client.protocol());
        }
    }

    @Test
    void disconnect_over_tls_cancels_the_chat() {
        var begun = encrypted.chats.lastAtTheSecondKey();
        try (var client = encrypted.overTls()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Waiting.latch(begun);
        }

        assertEquals("client_gone", encrypted.counted.only().ending().outcome().label());
    }

    @Test
    void client_offering_only_h2_fails_the_tls_handshake() {
        var refused = assertThrows(UncheckedIOException.class, () -> encrypted.overTls("h2"));

        assertTrue(refused.toString().endsWith("Received fatal alert: no_application_protocol"), refused::toString);
    }

    @Test
    void connection_silent_before_or_after_its_client_hello_is_closed() throws Exception {
        var hasty = new TestServer(ENCRYPTED.withTimeouts(LONGER, LONGER, SHORT));
        try (var mute = hasty.raw();
                var old = silent(hasty, "TLSv1.2");
                var recent = silent(hasty, "TLSv1.3")) {
            assertEquals(-1, mute.read());
            awaitEnd(old);
            awaitEnd(recent);
        }
        mustStop(hasty);
    }

    @Test
    void stop_completes_during_tls_handshakes() throws Exception {
        try (var old = silent(encrypted, "TLSv1.2");
                var recent = silent(encrypted, "TLSv1.3")) {
            // The gateway has sent its ServerHello and waits for the client.
            assertEquals(HANDSHAKE, old.read());
            assertEquals(HANDSHAKE, recent.read());

            mustStop(encrypted);
            awaitEnd(old);
            awaitEnd(recent);
        }
    }
}
