package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// During a handshake, the reading thread holds a lock that writing and closing need: no client may keep it.
@Timeout(40)
@Execution(CONCURRENT)
class TlsSilenceTest {

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
