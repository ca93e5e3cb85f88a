package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections without a token do not keep out those that have one, nor probes.
@Timeout(60)
class SilentConnectionsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String TOKEN = "Authorization: Bearer t0ken";
    private static final String LIVE = RawClient.get("/health/live");
    private static final String MODELS = RawClient.get("/v1/models", TOKEN);

    private final List<RawClient> silent = new ArrayList<>();

    @AfterEach
    void disconnect() {
        silent.forEach(RawClient::close);
    }

    private static TestServer server(int connections) {
        return new TestServer(TestServer.Terms.USUAL
                .with(TightBounds.connections(connections))
                .withTokens("t0ken"));
    }

    private RawClient silent(TestServer testServer) {
        var client = testServer.raw();
        silent.add(client);
        return client;
    }

    /// Connects so many, one after the other, as the gateway sees them.
    private void fill(TestServer testServer, int connections) {
        for (int i = 1; i <= connections; i++) {
            silent(testServer);
            int open = i;
            Await.until(open + " connections", () -> testServer.gateway.connections() == open);
        }
    }

    private static void assertAnswers(RawClient client, String request) {
        String answer = client.send(request).readUntil("\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    /// As a socket sees it that the other side has closed, with or without a word.
    private static boolean isClosed(RawClient client) {
        try {
            return client.read() < 0;
        } catch (UncheckedIOException _) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready"})
    void thousands_of_silent_connections_leave_room_for_probes(String probe) {
        try (var testServer = server(40)) {
            for (int i = 0; i < 3000; i++) {
                silent(testServer);
            }
            try (var client = testServer.raw()) {
                assertAnswers(client, RawClient.get(probe));
            }
        }
    }

    @Test
    void thousands_of_silent_connections_cut_off_no_client_with_a_token() {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        try (var testServer = server(40);
                var idle = testServer.raw();
                var chatting = testServer.raw()) {
            assertAnswers(idle, MODELS);
            idle.readUntil("]}");
            testServer.chats.play((_, _) -> {
                begun.countDown();
                Await.latch(mayEnd);
                return Samples.answer("Hi");
            });
            chatting.send(RawClient.post("/api/chat", Samples.HELLO).replace("Host:", TOKEN + "\r\nHost:"));
            Await.latch(begun);

            for (int i = 0; i < 3000; i++) {
                silent(testServer);
            }

            assertAnswers(idle, MODELS);
            try (var late = testServer.raw()) {
                assertAnswers(late, MODELS);
            }
            mayEnd.countDown();
            assertTrue(chatting.readUntil("\"Hi\"").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void connections_that_are_refused_for_want_of_a_token_leave_room() {
        try (var testServer = server(40)) {
            for (int i = 0; i < 200; i++) {
                silent(testServer).send(RawClient.get("/v1/models")).readUntil("\r\n\r\n");
            }
            try (var client = testServer.raw()) {
                assertAnswers(client, MODELS);
            }
        }
    }

    @Test
    void one_connection_more_than_the_limit_closes_the_oldest_silent_one() {
        try (var testServer = server(4)) {
            fill(testServer, 4);

            try (var fifth = testServer.raw()) {
                assertAnswers(fifth, MODELS);

                assertTrue(isClosed(silent.getFirst()));
                assertAnswers(silent.get(1), MODELS);
            }
        }
    }

    @Test
    void as_many_connections_as_the_limit_stay_open() {
        try (var testServer = server(4)) {
            fill(testServer, 4);

            silent.forEach(client -> assertAnswers(client, LIVE));
        }
    }

    @Test
    void silent_connection_amid_a_tls_handshake_gives_way() {
        var terms = TestServer.Terms.USUAL
                .with(TightBounds.connections(4))
                .withTokens("t0ken")
                .withTls(Certified.CONTEXT);
        try (var testServer = new TestServer(terms)) {
            fill(testServer, 4);

            try (var fifth = RawClient.overTls(testServer.gateway.port(), Certified.CONTEXT)) {
                assertAnswers(fifth, MODELS);

                assertTrue(isClosed(silent.getFirst()));
            }
        }
    }

    @Test
    void idle_connection_gives_way_to_a_new_one() {
        try (var testServer = server(1);
                var idle = testServer.raw()) {
            assertAnswers(idle, MODELS);
            idle.readUntil("]}");

            try (var next = testServer.raw()) {
                assertAnswers(next, MODELS);
                assertTrue(isClosed(idle));
            }
        }
    }

    @Test
    void probes_alone_are_answered_while_requests_under_way_take_all_connections() {
        try (var testServer = new TestServer(TestServer.Terms.USUAL.with(TightBounds.connections(1)));
                var _ = new RawSocket(testServer.gateway.port())) {
            try (var probe = testServer.raw();
                    var other = testServer.raw()) {
                assertAnswers(probe, LIVE);

                String refused = other.send(RawClient.get("/v1/models")).readAll();

                assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
                assertTrue(refused.contains("\"code\":\"unavailable\""), refused);
                assertTrue(refused.contains("Retry-After: "), refused);
            }
        }
    }

    @Test
    void socket_is_not_opened_while_sockets_take_all_connections() {
        try (var testServer = new TestServer(TestServer.Terms.USUAL.with(TightBounds.connections(1)));
                var _ = new RawSocket(testServer.gateway.port());
                var second = testServer.raw()) {
            String refused = second.send(RawSocket.handshake()).readAll();

            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
        }
    }

    @Test
    void connection_without_a_first_byte_is_closed_in_its_time() {
        try (var hasty = new TestServer(TestServer.Terms.USUAL.with(TightBounds.firstByte(SHORT)));
                var client = hasty.raw()) {
            assertEquals("", client.readAll());
        }
    }

    @Test
    void connection_that_has_asked_may_idle_longer_than_the_first_byte_may_take() {
        try (var hasty = new TestServer(TestServer.Terms.USUAL.with(TightBounds.firstByte(SHORT)));
                var client = hasty.raw()) {
            client.send(LIVE).readUntil("\"live\"}");
            Await.millis(3 * SHORT.toMillis());

            assertAnswers(client, LIVE);
        }
    }

    @Test
    void all_connections_are_forgotten_when_they_end() {
        try (var testServer = server(4)) {
            for (int i = 0; i < 20; i++) {
                silent(testServer);
            }
            disconnect();

            Await.until("no connections", () -> testServer.gateway.connections() == 0);
            fill(testServer, 4);
            assertFalse(silent.isEmpty());
        }
    }
}
