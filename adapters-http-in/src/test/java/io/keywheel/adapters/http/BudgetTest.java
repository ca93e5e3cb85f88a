package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.timing.Waiting;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits on the bytes and chats that all clients together may hold, with and without a token.
class BudgetTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final int PART = 60_000;
    private static final String LARGE = Samples.HELLO + " ".repeat(PART - Samples.HELLO.length());

    private static final int PIECE = 256 << 10;
    private static final String TOKEN = "Authorization: Bearer t0ken";
    private static final String CONTINUE = "Expect: 100-continue";
    private static final String ANNOUNCED = RawClient.chatHead("Content-Length: " + Samples.HELLO.length(), CONTINUE);

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withBudgetBytes(200_000));

    @AutoClose
    private final TestServer guarded = new TestServer(TestServer.Terms.USUAL
            .withTokens("t0ken")
            .withMaxBodyBytes(4 * PIECE)
            .withBudgetBytes(9 * PIECE));

    /// One chat at a time.
    @AutoClose
    private final TestServer small = new TestServer(TestServer.Terms.USUAL.withChats(1));

    private final List<RawClient> half = new ArrayList<>();

    @BeforeEach
    void answer() {
        testServer.chats.answer("Hi");
        guarded.chats.answer("Hi");
    }

    @AfterEach
    void leave() {
        half.forEach(RawClient::close);
    }

    private void holdByRequest(TestServer server) {
        RawClient client = server.raw().send(RawClient.chatHead("Content-Length: 60001", CONTINUE));
        // The budget does not count bytes that arrive together with the head.
        client.readUntil("100 Continue\r\n\r\n");
        half.add(client.send(LARGE));
    }

    private void holdByMessage(TestServer server) {
        RawClient socket = server.raw().send(RawSocket.handshake());
        socket.readUntil("\r\n\r\n");
        half.add(socket.send(new byte[] {(byte) 0x81, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 0, 0})
                .send(LARGE));
    }

    /// Adds clients with partial uploads until `isFull`. Each check may evict a client, so another one follows.
    private void fill(Consumer<TestServer> hold, BooleanSupplier isFull) {
        Waiting.until(() -> {
            boolean full = isFull.getAsBoolean();
            if (!full) {
                hold.accept(testServer);
            }
            return full;
        });
    }

    private static void awaitRoom(TestServer server, String body) {
        Waiting.until(() -> server.post("/api/chat", body).status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "messages"})
    void unfinished_uploads_share_a_byte_budget_until_clients_leave(String what) {
        var last = new AtomicReference<Response>();
        fill(what.equals("requests") ? this::holdByRequest : this::holdByMessage, () -> {
            last.set(testServer.post("/api/chat", LARGE));
            return last.get().status() != 200;
        });
        last.get().assertUnavailable();
        testServer.get("/health").assertStatus(200);
        awaitRoom(testServer, Samples.HELLO);
        half.forEach(RawClient::close);
        awaitRoom(testServer, LARGE);
    }

    @Test
    void timed_out_messages_return_their_bytes_to_the_budget() {
        try (var hasty = new TestServer(TestServer.Terms.USUAL
                .withTimeouts(A_MINUTE, A_MINUTE, Duration.ofSeconds(1))
                .withBudgetBytes(200_000))) {
            hasty.chats.answer("Hi");
            for (int i = 0; i < 3; i++) {
                holdByMessage(hasty);
            }

            half.forEach(client -> assertEquals(0x88, client.read(), "a close frame"));
            awaitRoom(hasty, LARGE);
        }
    }

    @Test
    void message_beyond_the_byte_budget_closes_the_websocket_with_1013() {
        fill(this::holdByRequest, () -> {
            try (var socket = testServer.socket()) {
                socket.sendText(LARGE);
                var frame = socket.frame();
                return frame.head() == 0x88 && frame.closeCode() == 1013;
            }
        });
    }

    @Test
    void finished_requests_and_messages_return_their_bytes() {
        try (var socket = testServer.socket();
                var client = testServer.raw()) {
            for (int i = 0; i < 10; i++) {
                Waiting.until(() -> {
                    socket.sendText(LARGE);
                    return socket.frame().text().contains("chunk")
                            && socket.frame().text().contains("done");
                });
                socket.sendText("x".repeat(PART));
                assertTrue(socket.frame().text().contains("invalid_request"));
                client.send(RawClient.post("/api/chat", LARGE));
                assertTrue(client.readUntil("}}").contains("200 OK"));
            }
            for (int i = 0; i < 2_500; i++) {
                socket.send(0x89, new byte[125], 0, 125);
                assertEquals(0x8a, socket.frame().head());
            }
        }
    }

    @Test
    void websocket_messages_of_one_read_count_once() {
        var mayEnd = new CountDownLatch(1);
        var messages = new ByteArrayOutputStream();
        for (int i = 0; i < 30; i++) {
            byte[] message = RawSocket.chat("x".repeat(80) + i).getBytes(StandardCharsets.UTF_8);
            messages.writeBytes(RawSocket.bytes(0x81, message, 0, message.length));
        }
        testServer.chats.answerAfter(mayEnd);
        try (var first = testServer.socket();
                var second = testServer.socket();
                var third = testServer.socket()) {
            for (RawSocket socket : List.of(first, second, third)) {
                socket.client().send(messages.toByteArray());
                socket.send(0x89, new byte[0], 0, 0);

                assertEquals(0x8a, socket.frame().head());
            }
            mayEnd.countDown();
        }
    }

    @Test
    void unread_large_response_makes_further_responses_unavailable() {
        // Larger than the socket buffers, and more than half of the smallest byte budget for answers.
        String answer = "x".repeat(6 << 20);
        try (var server = new TestServer(TestServer.Terms.USUAL.withBudgetBytes(1));
                var reader = server.slowReader()) {
            server.chats.answer(answer);
            reader.send(RawClient.post("/api/chat", Samples.HELLO));
            // Until the first bytes arrive, another response could take the budget.
            reader.readUntil("xxx");
            server.post("/api/chat", Samples.HELLO).assertUnavailable();
            String event = server.post("/api/chat/stream", Samples.HELLO).body();
            assertTrue(event.contains("\"code\":\"unavailable\""), event);
            try (var socket = server.socket()) {
                socket.ask("b");
                assertEquals("unavailable", socket.next().path("code").textValue());
            }
            server.chats.answer("Hi");
            server.post("/api/chat", Samples.HELLO).assertStatus(200);
            server.chats.answer(answer);
            reader.leave(Way.RESET);
            awaitRoom(server, Samples.HELLO);
        }
    }

    /// Runs `check` while a chat holds a slot.
    private static void whileAChatRuns(TestServer server, Runnable check, String... headers) {
        var mayEnd = new CountDownLatch(1);
        try (var client = server.raw()) {
            var begun = server.chats.answerAfter(mayEnd);
            client.send(RawClient.post("/api/chat", Samples.HELLO, headers));
            Waiting.latch(begun);

            check.run();
            mayEnd.countDown();
            client.readUntil("\"Hi\"");
        }
    }

    @Test
    void chats_beyond_the_concurrency_limit_return_503() {
        small.post("/api/chat", "{}").assertStatus(400);
        whileAChatRuns(small, () -> {
            small.post("/api/chat", Samples.HELLO).assertUnavailable();
            try (var socket = small.socket()) {
                socket.ask("a");
                assertEquals("unavailable", socket.next().path("code").asText());
            }
            for (String path : List.of("/", "/health", "/health/live", "/health/ready", "/api/keys", "/v1/models")) {
                small.get(path).assertStatus(200);
            }
        });
    }

    @Test
    void chat_beyond_the_concurrency_limit_is_refused_before_its_body_is_sent() {
        whileAChatRuns(small, () -> assertEquals("503", small.statusOf(ANNOUNCED)));
    }

    /// A request for the counts awaits only active chats, and a stop closes the exporter of traces once none is active.
    @Test
    void chat_beyond_the_concurrency_limit_is_active_until_it_is_counted() {
        whileAChatRuns(small, () -> {
            var active = new AtomicInteger();
            small.counted.beforeCount = () -> active.set(small.gateway.activeChats());

            small.post("/api/chat", Samples.HELLO).assertUnavailable();

            small.counted.only();
            assertEquals(2, active.get());
            Waiting.until(() -> small.gateway.activeChats() == 1);
        });
    }

    @Test
    void upload_that_ends_without_a_free_slot_returns_503() {
        try (var slow = small.raw().send(ANNOUNCED)) {
            slow.readUntil("100 Continue\r\n\r\n");

            whileAChatRuns(
                    small,
                    () -> assertTrue(slow.send(Samples.HELLO).readUntil("\r\n").startsWith("HTTP/1.1 503 ")));
        }
    }

    @Test
    void announced_bodies_without_a_byte_take_little_of_the_budget() {
        var silent = new ArrayList<RawClient>();
        var terms = TestServer.Terms.USUAL.withMaxBodyBytes(50_000).withBudgetBytes(200_000);
        try (var narrow = new TestServer(terms)) {
            for (int i = 0; i < 20; i++) {
                var client = narrow.raw().send(RawClient.chatHead("Content-Length: 40000", CONTINUE));
                silent.add(client);
                client.readUntil("100 Continue\r\n\r\n");
            }

            narrow.chats.answer("Hi");
            narrow.post("/api/chat", Samples.HELLO).assertStatus(200);
        } finally {
            silent.forEach(RawClient::close);
        }
    }

    @Test
    void head_of_a_running_chat_takes_nothing_of_the_budget() {
        String cookie = "Cookie: " + "c".repeat(12_000);
        var terms = TestServer.Terms.USUAL.withMaxBodyBytes(1000).withBudgetBytes(70_000);
        try (var narrow = new TestServer(terms)) {
            whileAChatRuns(
                    narrow,
                    () -> {
                        narrow.chats.answer("Hi");
                        narrow.post("/api/chat", Samples.HELLO, cookie).assertStatus(200);
                    },
                    cookie);
        }
    }

    @Test
    void unfinished_upload_holds_no_slot() {
        try (var slow = small.raw().send(ANNOUNCED)) {
            slow.readUntil("100 Continue\r\n\r\n");
            small.chats.answer("Hi");

            small.post("/api/chat", Samples.HELLO).assertStatus(200);
        }
    }

    @Test
    void slot_of_a_disconnected_chat_becomes_free() {
        try (var client = small.raw()) {
            var begun = small.chats.lastAtTheSecondKey();
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Waiting.latch(begun);
            client.leave(Way.RESET);
            small.chats.answer("Hi");

            awaitRoom(small, Samples.HELLO);
        }
    }

    @Test
    void slot_is_free_once_the_client_has_received_the_end() {
        try (var socket = small.socket()) {
            for (int i = 0; i < 15; i++) {
                small.chats.answer("Hi");
                socket.ask("a");
                assertEquals("done", socket.last().path("type").asText());
                small.post("/api/chat", Samples.HELLO).assertStatus(200);
                small.chats.breakOff("Hi", new StreamInterruptedException("cut", List.of()));
                small.post("/api/chat/stream", Samples.HELLO).assertStatus(200);
            }
        }
    }

    /// A chat takes a third of the budget; the dropped bytes would leave less than that.
    @ParameterizedTest
    @CsvSource({"401, X-None: 1, Content-Length: 8000000", "413, " + TOKEN + ", Transfer-Encoding: chunked"})
    void dropped_body_of_a_refused_request_uses_no_byte_budget(String status, String token, String framing) {
        String piece = RawClient.chunk(PIECE, " ".repeat(PIECE));
        try (var client = guarded.raw()) {
            client.send(RawClient.chatHead(token, framing));
            client.send(piece.repeat(5));
            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 " + status));
            client.send(piece.repeat(2));

            // The gateway reads the dropped bytes meanwhile.
            for (int i = 0; i < 6; i++) {
                guarded.post("/api/chat", Samples.HELLO + " ".repeat(3 * PIECE), TOKEN)
                        .assertStatus(200);
            }
        }
    }
}
