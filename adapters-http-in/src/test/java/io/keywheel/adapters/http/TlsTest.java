package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.server.ServerLimits;
import io.keywheel.certificates.Authority;
import io.keywheel.domain.chat.Chunk;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The bounds on clients that take their time hold over TLS, too.
@Timeout(30)
class TlsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static SSLContext context;

    @BeforeAll
    static void certify(@TempDir Path directory) throws Exception {
        context = Authority.in(directory).identity("localhost").context();
    }

    private static TestServer server(ServerLimits serverLimits) {
        return new TestServer(TestServer.Terms.USUAL.with(serverLimits).withTls(context));
    }

    private static RawClient connect(TestServer testServer, String... protocols) {
        return RawClient.overTls(testServer.gateway.port(), context, protocols);
    }

    @Test
    void leaves_readers_that_do_not_read_one_after_the_other() {
        try (var testServer = server(TightBounds.timeouts(SHORT, LONG))) {
            for (int i = 0; i < 2; i++) {
                var ended = new CountDownLatch(1);
                testServer.chats.play((_, sink) -> {
                    sink.open(Samples.serving());
                    try {
                        while (true) {
                            sink.accept(Chunk.text("x".repeat(10_000)));
                        }
                    } finally {
                        ended.countDown();
                    }
                });
                try (var client = connect(testServer)) {
                    client.send(RawClient.post("/api/chat/stream", Samples.HELLO));

                    Await.latch(ended);
                }
            }
        }
    }

    @Test
    void ends_a_head_that_does_not_come() {
        try (var testServer = server(TightBounds.timeouts(SHORT, LONG));
                var client = connect(testServer)) {
            client.send("GET / HTTP/1.1\r\nHost:");

            String all = client.readAll();

            assertTrue(all.startsWith("HTTP/1.1 408 "), all);
        }
    }

    @Test
    void ends_a_connection_that_never_says_hello() {
        try (var testServer = server(TightBounds.timeouts(SHORT, SHORT));
                var client = testServer.raw()) {
            assertEquals(-1, client.read());
        }
    }

    @Test
    void client_that_offers_h2_first_gets_http_1_1() {
        try (var testServer = server(ServerLimits.DEFAULT);
                var client = connect(testServer, "h2", "http/1.1")) {
            String answer = client.send(RawClient.get("/health/live")).readUntil("\"live\"}");

            assertEquals("http/1.1", client.protocol());
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
    }

    @Test
    void client_that_offers_no_protocol_gets_http_1_1() {
        try (var testServer = server(ServerLimits.DEFAULT);
                var client = connect(testServer)) {
            String answer = client.send(RawClient.get("/health/live")).readUntil("\"live\"}");

            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
    }

    @Test
    void client_that_offers_only_h2_is_refused_in_the_handshake() {
        try (var testServer = server(ServerLimits.DEFAULT)) {
            var refused = assertThrows(UncheckedIOException.class, () -> connect(testServer, "h2"));

            assertEquals("(no_application_protocol) Received fatal alert: no_application_protocol", message(refused));
        }
    }

    private static String message(UncheckedIOException refused) {
        return String.valueOf(
                refused.getCause() == null ? null : refused.getCause().getMessage());
    }

    @Test
    void serves_one_request_after_the_other() {
        try (var testServer = server(ServerLimits.DEFAULT);
                var client = connect(testServer)) {
            for (int i = 0; i < 3; i++) {
                String answer = client.send(RawClient.get("/health/live")).readUntil("\"live\"}");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
        }
    }
}
