package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.timing.Waiting;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(CONCURRENT)
class DisconnectTest {

    private static final String ASK = RawClient.post("/api/chat", Samples.HELLO);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private void chatThatWaits(String... texts) {
        testServer.chats.play((_, sink) -> {
            if (texts.length > 0) {
                Samples.begin(sink, texts);
            }
            begun.countDown();
            ended.complete(Waiting.interrupt());
            throw new ChatCancelledException(List.of());
        });
    }

    private void assertNoticed() {
        assertEquals(true, ended.orTimeout(60, TimeUnit.SECONDS).join());
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSE, /api/chat, false",
        "RESET, /api/chat, false",
        "HALF_CLOSE, /api/chat, false",
        "CLOSE, /api/chat/stream, false",
        "RESET, /api/chat/stream, false",
        "HALF_CLOSE, /api/chat/stream, false",
        "CLOSE, /api/chat/stream, true",
        "RESET, /api/chat/stream, true",
        "HALF_CLOSE, /api/chat/stream, true",
    })
    void disconnect_before_or_during_an_answer_cancels_the_chat(Way way, String path, boolean content) {
        chatThatWaits(content ? new String[] {"a"} : new String[0]);
        try (var client = testServer.raw()) {
            client.send(RawClient.post(path, Samples.HELLO));
            Waiting.latch(begun);
            client.leave(way);

            assertNoticed();
            if (way == Way.HALF_CLOSE && !content) {
                assertEquals("", client.readAll());
            }
        }
        Waiting.until(() -> testServer.connections() == 0);
    }

    @Test
    void reset_during_a_websocket_handshake_is_not_logged_as_an_error() {
        try (var log = new LogLines("io.keywheel.requests")) {
            for (int i = 0; i < 50; i++) {
                try (var client = testServer.raw()) {
                    client.send(RawSocket.handshake());
                    client.leave(Way.RESET);
                }
            }
            testServer.get("/api/keys").assertStatus(200);
            Waiting.until(() -> testServer.connections() <= 1);

            assertEquals(
                    List.of(),
                    log.lines().stream()
                            .filter(line -> line.contains("/api/chat/ws") && line.contains("status=500"))
                            .toList());
        }
    }

    @Test
    void websocket_close_cancels_its_chat() {
        chatThatWaits("a");
        try (var socket = testServer.socket()) {
            socket.ask("a");
            socket.next();
            Waiting.latch(begun);
            socket.sayGoodbye();

            assertNoticed();
            assertEquals(1000, socket.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", "x"})
    void disconnect_after_extra_bytes_cancels_the_chat(String more) {
        chatThatWaits();
        try (var client = testServer.raw()) {
            client.send(ASK);
            Waiting.latch(begun);
            client.send(more);
            client.send(more);
            client.leave(Way.CLOSE);

            assertNoticed();
        }
    }

    /// The last row exceeds the bytes that the gateway buffers ahead.
    @ParameterizedTest
    @CsvSource({"1, 0", "3, 10000", "20, 8000"})
    void pipelined_requests_do_not_cancel_the_chat(int count, int length) {
        var mayEnd = new CountDownLatch(1);
        var chatBegun = testServer.chats.answerAfter(mayEnd);
        try (var client = testServer.raw()) {
            client.send(ASK);
            Waiting.latch(chatBegun);
            for (int i = 0; i < count; i++) {
                client.send(RawClient.get("/health/live", "X-Long: " + "x".repeat(length)));
            }
            mayEnd.countDown();

            assertTrue(client.readUntil("}}").contains("\"Hi\""));
            for (int i = 0; i < count; i++) {
                assertTrue(client.readUntil("\"live\"}").contains("200 OK"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void large_chats_pipelined_in_any_pieces_are_all_answered(long seed) {
        testServer.chats.answer("Hi");
        var random = new Random(seed);
        var requests = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            String text = "x".repeat(random.nextInt(65_000));
            requests.append(RawClient.post("/api/chat", Samples.HELLO.replace("Hello", text)));
        }
        try (var client = testServer.raw()) {
            for (int from = 0; from < requests.length(); ) {
                int to = Math.min(requests.length(), from + 1 + random.nextInt(50_000));
                client.send(requests.substring(from, to));
                from = to;
            }

            for (int i = 0; i < 4; i++) {
                assertTrue(client.readUntil("}}").contains("\"Hi\""));
            }
        }
    }
}
