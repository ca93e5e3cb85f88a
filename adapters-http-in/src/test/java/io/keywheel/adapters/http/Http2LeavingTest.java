package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

    private static final int NO_ERROR = 0;
    private static final int INTERNAL_ERROR = 2;

    private static final Duration SHORT = Duration.ofMillis(300);

    /// Enough to shake hands in, on a machine that has much to do.
    private static final Duration REST = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofSeconds(60);

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

    @Test
    void a_stream_that_is_not_read_holds_no_other_up_and_is_ended_alone() {
        door.close();
        door = door(TightBounds.patience(SHORT, LONG));
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            try {
                while (true) {
                    sink.accept(Chunk.text("x".repeat(1000)));
                }
            } finally {
                noticed.countDown();
            }
        });
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat/stream", Samples.HELLO);
            client.widen(0, 1 << 20);

            var other = client.get(3, "/health/live").reply(3);

            assertEquals(200, other.status());
            Await.latch(noticed);
            assertEquals(INTERNAL_ERROR, client.reply(1).reset());
            assertEquals(200, client.get(5, "/health/live").reply(5).status());
        }
    }

    @Test
    void a_client_that_reads_nothing_is_cut() {
        door.close();
        door = door(TightBounds.patience(SHORT, LONG));
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            try {
                while (true) {
                    sink.accept(Chunk.text("x".repeat(10_000)));
                }
            } finally {
                noticed.countDown();
            }
        });
        try (var client = FrameClient.connect(door).windows(Integer.MAX_VALUE)) {
            client.widen(0, Integer.MAX_VALUE - 65_535);
            client.post(1, "/api/chat/stream", Samples.HELLO);

            Await.latch(noticed);
            Await.until("all lines closed", () -> door.gateway.connections() == 0);
        }
    }

    @Test
    void a_body_that_does_not_come_ends_its_stream_alone() {
        door.close();
        door = door(TightBounds.patience(SHORT, LONG));
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, FrameClient.fields("POST", "/api/chat", "content-type: application/json"));
            client.send(FrameClient.DATA, 0, 1, '{');

            assertEquals(408, client.reply(1).status());
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    @Test
    void a_head_that_does_not_come_to_its_end_ends_the_connection() {
        door.close();
        door = door(TightBounds.patience(SHORT, LONG));
        try (var client = FrameClient.connect(door)) {
            client.send(FrameClient.HEADERS, 0, 1, 0x82);

            assertEquals(NO_ERROR, client.awaitGoAway());
        }
    }

    @Test
    void a_connection_without_streams_ends_after_its_rest() {
        door.close();
        door = door(TightBounds.patience(LONG, REST));
        try (var client = FrameClient.connect(door)) {
            assertEquals(200, client.get(1, "/health/live").reply(1).status());

            assertEquals(NO_ERROR, client.awaitGoAway());
            assertEquals("", client.readAll());
        }
    }

    @Test
    void pings_do_not_lengthen_the_rest() {
        door.close();
        door = door(TightBounds.patience(LONG, REST));
        try (var client = FrameClient.connect(door)) {
            var pings = Thread.startVirtualThread(() -> {
                // Without an end, neither would there be one to the wait for what does not come.
                for (int i = 0; i < 100 && !Thread.currentThread().isInterrupted(); i++) {
                    client.send(FrameClient.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
                    Await.millis(50);
                }
            });

            int code = client.awaitGoAway();

            pings.interrupt();
            assertEquals(NO_ERROR, code);
        }
    }

    @Test
    void a_stream_may_wait_longer_than_a_connection_may_rest() {
        door.close();
        door = door(TightBounds.patience(LONG, REST));
        door.chats.play((_, _) -> {
            Await.millis(2 * REST.toMillis());
            return Samples.answer("Hi");
        });
        try (var client = FrameClient.connect(door)) {
            assertEquals(
                    200, client.post(1, "/api/chat", Samples.HELLO).reply(1).status());
        }
    }

    @Test
    void a_client_that_chooses_it_and_says_nothing_is_ended() {
        door.close();
        door = door(TightBounds.patience(SHORT, SHORT));
        try (var client = FrameClient.silent(door)) {
            assertEquals("", client.readAll());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0"
            })
    void a_client_that_stops_amid_its_first_words_is_ended(String begin) {
        door.close();
        door = door(TightBounds.patience(SHORT, LONG));
        try (var client = FrameClient.silent(door)) {
            client.send(begin.getBytes(StandardCharsets.US_ASCII));

            client.readAll();

            Await.until("all lines closed", () -> door.gateway.connections() == 0);
        }
    }
}
