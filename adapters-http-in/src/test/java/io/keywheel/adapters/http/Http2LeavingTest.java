package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of HTTP/2 that leave a stream or the connection, or take their time.
@Timeout(60)
class Http2LeavingTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch noticed = new CountDownLatch(1);
    private Door door = door(Bounds.DEFAULT);

    private static Door door(Bounds bounds) {
        return new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).with(bounds));
    }

    @AfterEach
    void close() {
        door.close();
    }

    /// @param speaks whether something is written before the wait
    private void chatThatWaits(boolean speaks) {
        door.chats.play((_, sink) -> {
            if (speaks) {
                sink.open(Samples.serving());
                sink.accept(Chunk.text("a"));
            }
            begun.countDown();
            if (Await.interrupt()) {
                noticed.countDown();
            }
            throw new ChatCancelledException(List.of());
        });
    }

    private void assertNoticedWithinASecond() {
        try {
            assertTrue(noticed.await(1, TimeUnit.SECONDS), "not noticed");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void a_stream_that_is_reset_before_anything_was_written_ends_its_chat_and_no_other(String path) {
        chatThatWaits(false);
        try (var client = FrameClient.connect(door)) {
            client.post(1, path, Samples.HELLO);
            Await.latch(begun);
            var mayEnd = new CountDownLatch(1);
            var other = new CountDownLatch(1);
            door.chats.play((_, _) -> {
                other.countDown();
                Await.latch(mayEnd);
                return Samples.answer("Hi");
            });
            client.post(3, "/api/chat", Samples.HELLO);
            Await.latch(other);

            client.reset(1);

            assertNoticedWithinASecond();
            mayEnd.countDown();
            assertEquals(200, client.reply(3).status());
        }
    }

    @Test
    void a_stream_that_is_reset_between_two_events_ends_its_chat() {
        chatThatWaits(true);
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat/stream", Samples.HELLO).await(frame -> frame.type() == FrameClient.DATA);

            client.reset(1);

            assertNoticedWithinASecond();
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_connection_that_ends_ends_its_chats(boolean politely) {
        chatThatWaits(false);
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat", Samples.HELLO);
            Await.latch(begun);

            client.leave(politely);

            assertNoticedWithinASecond();
        }
        Await.until("all lines closed", () -> door.gateway.connections() == 0);
    }

    /// Interrupting whoever writes to a socket would close it.
    @Test
    void streams_that_are_reset_while_they_are_written_leave_the_others_whole() {
        var ended = new AtomicInteger();
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            try {
                while (true) {
                    sink.accept(Chunk.text("x".repeat(1000)));
                }
            } finally {
                ended.incrementAndGet();
            }
        });
        try (var client = FrameClient.connect(door).windows(Integer.MAX_VALUE)) {
            client.widen(0, Integer.MAX_VALUE - 65_535);
            for (int i = 0; i < 20; i++) {
                int stream = 1 + 2 * i;
                client.post(stream, "/api/chat/stream", Samples.HELLO);
                client.await(frame -> frame.stream() == stream && frame.type() == FrameClient.DATA);
                client.reset(stream);
            }

            assertEquals(200, client.get(101, "/health/live").reply(101).status());
        }
        Await.until("all chats ended", () -> ended.get() == 20);
    }
}
