package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.failover.Failure;
import io.keywheel.timing.LongerTimeouts;
import io.keywheel.timing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/// Unauthenticated connections do not block authenticated ones or health checks.
/// [io.keywheel.adapters.http.connection.ConnectionSlotsTest] covers the order of eviction.
@Execution(CONCURRENT)
class SilentConnectionsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(75);
    private static final String TOKEN = "Authorization: Bearer t0ken";
    private static final String LIVE = RawClient.get("/health/live");
    private static final String MODELS = RawClient.get("/v1/models", TOKEN);
    private static final int MANY = 100;

    private final List<RawClient> silent = new ArrayList<>();

    @AfterEach
    void disconnect() {
        silent.forEach(RawClient::close);
    }

    private static TestServer.Terms terms(int connections) {
        return TestServer.Terms.USUAL
                .withConnections(connections)
                .withTokens("t0ken")
                .withTimeouts(LONG, LONG, LONG);
    }

    private RawClient silent(TestServer testServer) {
        var client = testServer.raw();
        silent.add(client);
        return client;
    }

    /// Opens silent connections; each one beyond `room` evicts the oldest.
    private void fill(TestServer testServer, int room, int connections) {
        int others = testServer.connections();
        for (int i = 0; i < connections; i++) {
            silent(testServer);
            if (i < room) {
                int open = others + i + 1;
                Waiting.until(() -> testServer.connections() == open);
            } else {
                silent.get(i - room).awaitClose();
            }
        }
    }

    private static void assertAnswers(RawClient client, String request) {
        String answer = client.send(request).readUntil("\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    @Test
    void silent_connections_evict_no_authenticated_client_or_health_check() {
        var mayEnd = new CountDownLatch(1);
        try (var testServer = new TestServer(terms(40));
                var idle = testServer.raw();
                var chatting = testServer.raw()) {
            assertAnswers(idle, MODELS);
            idle.readUntil("]}");
            var begun = testServer.chats.answerAfter(mayEnd);
            chatting.send(RawClient.post("/api/chat", Samples.HELLO, TOKEN));
            Waiting.latch(begun);
            fill(testServer, 38, MANY);

            assertAnswers(idle, MODELS);
            for (String request : List.of(MODELS, LIVE, RawClient.get("/health/ready"))) {
                try (var late = testServer.raw()) {
                    assertAnswers(late, request);
                }
            }
            mayEnd.countDown();
            assertTrue(chatting.readUntil("\"Hi\"").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void tls_connection_beyond_the_limit_evicts_the_oldest_silent_one() {
        try (var testServer = new TestServer(terms(4).withTls(TestServer.TLS))) {
            fill(testServer, 4, 4);
            try (var fifth = testServer.overTls()) {
                assertAnswers(fifth, MODELS);

                silent.getFirst().awaitClose();
                Waiting.until(() -> testServer.connections() == 4);
            }
        }
    }

    @Test
    void new_connection_evicts_an_idle_one() {
        try (var testServer = new TestServer(terms(1));
                var idle = testServer.raw()) {
            assertAnswers(idle, MODELS);
            idle.readUntil("]}");

            // The connection becomes idle, and can be evicted, shortly after its response.
            Waiting.until(() -> testServer.statusOf(MODELS).equals("200"));
            idle.awaitClose();
        }
    }

    @Test
    void connection_with_a_wrong_token_is_evicted_before_an_idle_one() {
        try (var testServer = new TestServer(terms(2));
                var idle = testServer.raw();
                var wrong = testServer.raw()) {
            assertAnswers(idle, MODELS);
            idle.readUntil("]}");
            wrong.send(RawClient.get("/v1/models", TOKEN + "s")).readUntil("401");

            Waiting.until(() -> testServer.statusOf(MODELS).equals("200"));
            wrong.awaitClose();
        }
    }

    @Test
    void new_connection_evicts_a_slow_request_of_a_known_client() {
        try (var testServer = new TestServer(terms(1));
                var slow = testServer.raw().send(RawClient.chatHead(TOKEN, "Content-Length: 100"))) {
            Waiting.until(() -> testServer.statusOf(MODELS).equals("200"));
            slow.awaitClose();
        }
    }

    @Test
    void new_connection_evicts_an_idle_websocket_and_no_chatting_one() {
        var mayEnd = new CountDownLatch(1);
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withConnections(2));
                var chatting = testServer.socket();
                var idle = testServer.socket()) {
            var begun = testServer.chats.answerAfter(mayEnd);
            chatting.ask("a");
            Waiting.latch(begun);

            assertAnswers(silent(testServer), RawClient.get("/v1/models"));
            idle.client().awaitClose();
            mayEnd.countDown();
            assertEquals("done", chatting.last().path("type").asText());
        }
    }

    @Test
    void new_connection_evicts_a_websocket_whose_chats_have_ended() {
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withConnections(1));
                var socket = testServer.socket()) {
            testServer.chats.answer("Hi");
            socket.ask("a");
            socket.last();

            Waiting.until(() -> testServer.statusOf(RawClient.get("/v1/models")).equals("200"));
            socket.client().awaitClose();
        }
    }

    @Test
    void new_connection_evicts_no_request_without_a_body_that_is_being_answered() {
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withConnections(1));
                var events = testServer.raw().send(RawClient.get("/api/events"))) {
            events.readUntil("data: ");

            assertEquals("503", testServer.statusOf(RawClient.get("/v1/models")));
        }
    }

    /// The client reads its last message slowly, which is larger than the buffers of both sockets.
    @Test
    void new_connection_evicts_no_websocket_before_its_last_message_was_sent() {
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withConnections(1));
                var socket = new RawSocket(RawClient.slow(testServer.gateway.port(), TestServer.DESCRIPTION))) {
            testServer.chats.fail(new Failure.Unavailable("a".repeat(8 << 20), null));
            socket.ask("a");
            socket.client().read();

            assertEquals("503", testServer.statusOf(RawClient.get("/v1/models")));

            socket.sayGoodbye();
            assertTrue(socket.client().readAll().contains("\"request_id\""));
        }
    }

    @Test
    void only_probes_are_served_while_chats_hold_all_connections() {
        var mayEnd = new CountDownLatch(1);
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withConnections(1));
                var socket = testServer.socket()) {
            var begun = testServer.chats.answerAfter(mayEnd);
            socket.ask("a");
            Waiting.latch(begun);
            assertAnswers(silent(testServer), LIVE);
            var refused = testServer.exchange(RawClient.get("/v1/models")).assertStatus(503);

            assertEquals("unavailable", refused.text("/error/code"));
            refused.assertHeader("Retry-After", "1");
            testServer.exchange(RawSocket.handshake()).assertStatus(503);
            mayEnd.countDown();
        }
    }

    @Test
    void first_byte_timeout_closes_only_connections_without_a_request() throws Exception {
        LongerTimeouts.retryFrom(SHORT, time -> {
            try (var hasty = new TestServer(TestServer.Terms.USUAL.withTimeouts(time, LONG, LONG));
                    var asked = hasty.raw().send(LIVE)) {
                asked.readUntil("\"live\"}");
                var client = silent(hasty);
                assertEquals("", client.readAll());

                assertAnswers(asked, LIVE);
            }
        });
    }

    @Test
    void connection_that_closes_after_its_answer_releases_its_slot() {
        String closing = RawClient.get("/v1/models", "Connection: close");
        try (var testServer = new TestServer(TestServer.Terms.USUAL.withConnections(1))) {
            assertEquals("200", testServer.statusOf(closing));

            Waiting.until(() -> testServer.statusOf(closing).equals("200"));
        }
    }
}
