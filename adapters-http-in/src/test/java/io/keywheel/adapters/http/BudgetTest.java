package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How much all clients together may have the gateway hold: of what they send, of what waits for them, and of chats.
@Timeout(60)
class BudgetTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final int PART = 60_000;
    private static final String LARGE = Samples.HELLO + " ".repeat(PART - Samples.HELLO.length());

    @AutoClose
    private final TestServer testServer = TestServer.with(TightBounds.heldBytes(200_000));

    private final List<RawClient> half = new ArrayList<>();

    @BeforeEach
    void answer() {
        testServer.chats.answer("Hi");
    }

    @AfterEach
    void leave() {
        half.forEach(RawClient::close);
    }

    private void holdByRequests() {
        for (int i = 0; i < 3; i++) {
            RawClient client = testServer
                    .raw()
                    .send(RawClient.head(
                            "POST /api/chat",
                            "Content-Type: application/json",
                            "Content-Length: 60001",
                            "Expect: 100-continue"));
            // What comes along with a head is read with it, and is not counted.
            client.readUntil("100 Continue\r\n\r\n");
            half.add(client.send(LARGE));
        }
    }

    private void holdByMessages(TestServer server) {
        for (int i = 0; i < 3; i++) {
            RawClient socket = server.raw().send(RawSocket.handshake());
            socket.readUntil("\r\n\r\n");
            half.add(socket.send(new byte[] {(byte) 0x81, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 0, 0})
                    .send(LARGE));
        }
    }

    /// The refusal of a request that finds no room, once what the others send has been read.
    private static Response awaitFull(TestServer server, String path, String body) {
        var last = new AtomicReference<Response>();
        Await.until("it is full", () -> {
            last.set(server.post(path, body));
            return last.get().status() == 503;
        });
        return last.get();
    }

    private static Response awaitFull(TestServer server) {
        return awaitFull(server, "/api/chat", LARGE);
    }

    private static void awaitRoom(TestServer server) {
        Await.until("there is room", () -> server.post("/api/chat", LARGE).status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "messages"})
    void bounds_what_is_under_way_until_its_clients_leave(String what) {
        if (what.equals("requests")) {
            holdByRequests();
        } else {
            holdByMessages(testServer);
        }
        awaitFull(testServer).assertError(503, "unavailable").assertHeader("Retry-After", "1");
        testServer.get("/health").assertStatus(200);
        testServer.post("/api/chat", Samples.HELLO).assertStatus(200);
        half.forEach(RawClient::close);
        awaitRoom(testServer);
    }

    @Test
    void gives_back_what_messages_hold_that_do_not_come() {
        try (var hasty = TestServer.with(TightBounds.timeouts(A_MINUTE, A_MINUTE, Duration.ofSeconds(1), 200_000))) {
            hasty.chats.answer("Hi");
            holdByMessages(hasty);

            awaitFull(hasty);
            awaitRoom(hasty);
        }
    }

    @Test
    void closes_a_socket_whose_message_finds_no_room() {
        holdByRequests();
        awaitFull(testServer);
        try (var socket = new RawSocket(testServer.gateway.port())) {
            socket.sendText(LARGE);

            assertEquals(1013, socket.frame().closeCode());
        }
    }

    @Test
    void gives_back_what_has_been_dealt_with() {
        try (var socket = new RawSocket(testServer.gateway.port());
                var client = testServer.raw()) {
            for (int i = 0; i < 10; i++) {
                Await.until("there is room", () -> {
                    socket.sendText(LARGE);
                    return socket.frame().text().contains("chunk")
                            && socket.frame().text().contains("done");
                });
                socket.sendText("x".repeat(PART));
                assertTrue(socket.frame().text().contains("invalid_request"));
                client.send(RawClient.post("/api/chat", LARGE));
                assertTrue(client.readUntil("}}").contains("200 OK"));
            }
            for (int i = 0; i < 5_000; i++) {
                socket.send(0x89, new byte[100], 0, 100);
                assertEquals(0x8a, socket.frame().head());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream", "/api/chat/ws"})
    void a_large_answer_that_waits_for_its_reader_leaves_no_room_for_another(String path) {
        // More than the system buffers for a connection, and more than half of what may wait.
        String answer = "x".repeat(12 << 20);
        try (var server = TestServer.with(TightBounds.heldBytes(40 << 20));
                var reader = RawClient.slow(server.gateway.port())) {
            server.chats.answer(answer);
            if (path.equals("/api/chat/ws")) {
                reader.send(RawSocket.handshake()).readUntil("\r\n\r\n");
                RawSocket.on(reader).sendText(SocketClient.chat("a"));
                reader.read();
            } else {
                reader.send(RawClient.post(path, Samples.HELLO)).readUntil("200 OK");
            }
            awaitFull(server, "/api/chat", Samples.HELLO)
                    .assertError(503, "unavailable")
                    .assertHeader("Retry-After", "1");
            String event = server.post("/api/chat/stream", Samples.HELLO).body();
            assertTrue(event.contains("\"code\":\"unavailable\""), event);
            try (var socket = server.socket()) {
                socket.ask("b");
                assertEquals("unavailable", socket.next().path("code").textValue());
            }
            server.chats.answer("Hi");
            server.post("/api/chat", Samples.HELLO).assertStatus(200);
            server.chats.answer(answer);
            reader.reset();
            Await.until(
                    "there is room",
                    () -> server.post("/api/chat", Samples.HELLO).status() == 200);
        }
    }

    @Test
    void answers_no_more_chats_at_once_than_it_may() {
        try (var small = TestServer.with(TightBounds.chats(1));
                var client = small.raw()) {
            var mayEnd = new CountDownLatch(1);
            var begun = small.chats.answerAfter(mayEnd);
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);

            small.post("/api/chat", Samples.HELLO)
                    .assertError(503, "unavailable")
                    .assertHeader("Retry-After", "1");
            small.get("/health").assertStatus(200);
            mayEnd.countDown();
            client.readUntil("\"Hi\"");
        }
    }
}
