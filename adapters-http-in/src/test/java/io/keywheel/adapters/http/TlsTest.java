package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Handshakes, and clients that fall silent amid one: the reading thread then holds a lock that writing and closing
/// need, and no client may keep it.
@Timeout(40)
@Execution(CONCURRENT)
class TlsTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    /// Enough to shake hands in.
    private static final Duration LONGER = Duration.ofSeconds(2);

    private static final String HEAD = "GET / HTTP/1.1\r\nHost:";

    private static TestServer hasty() {
        return new TestServer(
                TestServer.Terms.USUAL.with(TightBounds.timeouts(SHORT, LONGER)).withTls(Certified.CONTEXT));
    }

    private static TestServer patient() {
        return new TestServer(TestServer.Terms.USUAL.withTls(Certified.CONTEXT));
    }

    private static RawClient connect(TestServer testServer, String... protocols) {
        return RawClient.overTls(testServer.gateway.port(), Certified.CONTEXT, protocols);
    }

    private static void awaitEnd(EngineClient client) throws Exception {
        try {
            client.readAll();
        } catch (SocketException _) {
            // An end without a word is one, too.
        }
    }

    /// On a thread of its own: a stop that hangs cannot be interrupted.
    private static void mustStop(TestServer testServer) {
        assertTrue(Await.ended(Thread.startVirtualThread(testServer::close)), "it stops");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2 http/1.1", ""})
    void client_that_offers_h2_first_or_nothing_gets_http_1_1(String protocols) {
        try (var testServer = patient();
                var client = connect(testServer, protocols.isEmpty() ? new String[0] : protocols.split(" "))) {
            for (int i = 0; i < 3; i++) {
                String answer = client.send(RawClient.get("/health/live")).readUntil("\"live\"}");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
            assertEquals(protocols.isEmpty() ? "" : "http/1.1", client.protocol());
        }
    }

    @Test
    void client_that_offers_only_h2_is_refused_in_the_handshake() {
        try (var testServer = patient()) {
            var refused = assertThrows(UncheckedIOException.class, () -> connect(testServer, "h2"));

            assertTrue(refused.toString().endsWith("Received fatal alert: no_application_protocol"), refused::toString);
        }
    }

    @Test
    void ends_a_connection_that_never_says_hello() {
        try (var testServer = hasty();
                var client = testServer.raw()) {
            assertEquals(-1, client.read());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void ends_a_connection_that_says_no_more_than_hello(String version) throws Exception {
        var testServer = hasty();
        try (var client = EngineClient.silent(testServer, version)) {
            awaitEnd(client);
        }
        mustStop(testServer);
    }

    @Test
    void ends_a_connection_that_falls_silent_amid_another_handshake() throws Exception {
        var testServer = hasty();
        try (var client = EngineClient.connect(testServer, "TLSv1.2")) {
            client.send(HEAD);
            client.hello();
            awaitEnd(client);
        }
        mustStop(testServer);
    }

    @Test
    void stops_amid_another_handshake() throws Exception {
        var testServer = patient();
        try (var client = EngineClient.connect(testServer, "TLSv1.2")) {
            client.send(HEAD);
            client.hello();
            client.awaitHandshake();
            mustStop(testServer);
            awaitEnd(client);
        }
    }
}
