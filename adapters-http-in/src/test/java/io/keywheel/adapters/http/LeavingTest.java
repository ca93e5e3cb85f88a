package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeavingTest {

    /// How a client can leave.
    enum Way {
        CLOSE,
        RESET,
        HALF_CLOSE;

        void leave(RawClient client) {
            switch (this) {
                case CLOSE -> client.close();
                case RESET -> client.reset();
                case HALF_CLOSE -> client.shutdownOutput();
            }
        }
    }

    @AutoClose
    private final TestServer testServer = new TestServer();

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private void chatThatWaits(boolean content) {
        testServer.chats.play((_, sink) -> {
            try {
                if (content) {
                    sink.open(Samples.serving());
                    sink.accept(Chunk.text("a"));
                }
                begun.countDown();
                Await.interrupt();
            } finally {
                ended.complete(true);
            }
            throw new ChatCancelledException(List.of());
        });
    }

    private void assertNoticedWithinASecond() {
        assertEquals(true, ended.orTimeout(1, TimeUnit.SECONDS).join());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void is_noticed_while_a_whole_answer_is_awaited(Way way) {
        chatThatWaits(false);
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);

            way.leave(client);

            assertNoticedWithinASecond();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void is_noticed_before_a_stream_begins(Way way) {
        chatThatWaits(false);
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO));
            Await.latch(begun);

            way.leave(client);

            assertNoticedWithinASecond();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void is_noticed_between_two_chunks(Way way) {
        chatThatWaits(true);
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"a\"");

            way.leave(client);

            assertNoticedWithinASecond();
        }
    }

    @Test
    void is_noticed_while_chunks_are_written() {
        var ended = new CompletableFuture<Throwable>();
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    sink.accept(Chunk.text("x".repeat(1000)));
                }
                ended.complete(new ChatCancelledException(List.of()));
            } catch (RuntimeException e) {
                ended.complete(e);
            }
            throw new ChatCancelledException(List.of());
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("xxx");

            client.reset();

            ended.orTimeout(1, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void is_noticed_on_a_socket() {
        chatThatWaits(true);
        try (var socket = testServer.socket()) {
            socket.ask("a");
            socket.next();

            socket.vanish();

            assertNoticedWithinASecond();
        }
    }

    @Test
    void ends_the_chats_of_a_socket_that_closes() {
        chatThatWaits(true);
        try (var socket = testServer.socket()) {
            socket.ask("a");
            socket.next();

            socket.sayGoodbye();

            assertNoticedWithinASecond();
            assertEquals(1000, socket.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", "x"})
    void is_noticed_of_a_client_that_sent_more(String more) {
        chatThatWaits(false);
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);
            client.send(more);
            client.send(more);

            Way.CLOSE.leave(client);

            assertNoticedWithinASecond();
        }
    }

    @Test
    void is_not_seen_in_a_client_that_sends_its_next_requests_early() {
        var mayEnd = new CountDownLatch(1);
        testServer.chats.play((_, _) -> {
            begun.countDown();
            Await.latch(mayEnd);
            return Samples.answer("Hi");
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);
            client.send(RawClient.get("/health/live"));
            client.send(RawClient.get("/nowhere", "X-Long: " + "x".repeat(10_000)));
            client.send(RawClient.get("/health/ready"));
            mayEnd.countDown();

            assertTrue(client.readUntil("}}").contains("\"Hi\""));
            assertTrue(client.readUntil("\"live\"}").contains("200 OK"));
            assertTrue(client.readUntil("}").contains("404"));
            assertTrue(client.readUntil("\"ready\"}").contains("200 OK"));
        }
    }

    @Test
    void is_not_seen_in_a_client_that_sends_more_than_is_held_for_it() {
        var mayEnd = new CountDownLatch(1);
        testServer.chats.play((_, _) -> {
            begun.countDown();
            Await.latch(mayEnd);
            return Samples.answer("Hi");
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);
            for (int i = 0; i < 20; i++) {
                client.send(RawClient.get("/health/live", "X-Long: " + "x".repeat(8000)));
            }
            mayEnd.countDown();

            assertTrue(client.readUntil("}}").contains("\"Hi\""));
            for (int i = 0; i < 20; i++) {
                assertTrue(client.readUntil("\"live\"}").contains("200 OK"));
            }
        }
    }

    @Test
    void is_not_seen_where_two_requests_come_at_once() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = testServer.raw()) {
            String request = RawClient.post("/api/chat", Samples.HELLO);
            client.send(request + request + request);

            for (int i = 0; i < 3; i++) {
                assertTrue(client.readUntil("}}").contains("\"Hi\""));
            }
            client.send(request);
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
        }
    }

    @Test
    void leaves_nothing_behind() {
        chatThatWaits(false);
        for (int i = 0; i < 20; i++) {
            try (var client = testServer.raw()) {
                client.send(RawClient.post("/api/chat", Samples.HELLO));
                Await.latch(begun);
            }
        }

        Await.until("all lines closed", () -> testServer.gateway.connections() == 0);
    }
}
