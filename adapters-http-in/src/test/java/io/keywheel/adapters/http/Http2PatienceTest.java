package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.domain.chat.Chunk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of HTTP/2 that take their time.
@Timeout(60)
class Http2PatienceTest {

    private static final int NO_ERROR = 0;
    private static final int INTERNAL_ERROR = 2;

    private static final Duration SHORT = Duration.ofMillis(300);

    /// Enough to shake hands in, on a machine that has much to do: whoever has as long may run beside others.
    private static final Duration REST = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofSeconds(60);

    private final CountDownLatch noticed = new CountDownLatch(1);

    private @Nullable Door open;

    private Door door(Duration patience, Duration rest) {
        var door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).with(TightBounds.patience(patience, rest)));
        open = door;
        return door;
    }

    @AfterEach
    void close() {
        if (open != null) {
            open.close();
        }
    }

    @Test
    void a_stream_that_is_not_read_holds_no_other_up_and_is_ended_alone() {
        var door = door(SHORT, LONG);
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
        var door = door(SHORT, LONG);
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
        var door = door(SHORT, LONG);
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, HeadFields.of("POST", "/api/chat", "content-type: application/json"));
            client.send(FrameClient.DATA, 0, 1, '{');

            assertEquals(408, client.reply(1).status());
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    @Test
    void a_head_that_does_not_come_to_its_end_ends_the_connection() {
        var door = door(SHORT, LONG);
        try (var client = FrameClient.connect(door)) {
            client.send(FrameClient.HEADERS, 0, 1, 0x82);

            assertEquals(NO_ERROR, client.awaitGoAway());
        }
    }

    @Test
    @Execution(CONCURRENT)
    void a_connection_without_streams_ends_after_its_rest() {
        var door = door(LONG, REST);
        try (var client = FrameClient.connect(door)) {
            assertEquals(200, client.get(1, "/health/live").reply(1).status());

            assertEquals(NO_ERROR, client.awaitGoAway());
            assertEquals("", client.readAll());
        }
    }

    @Test
    @Execution(CONCURRENT)
    void pings_do_not_lengthen_the_rest() {
        var door = door(LONG, REST);
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
    @Execution(CONCURRENT)
    void a_stream_may_wait_longer_than_a_connection_may_rest() {
        var door = door(LONG, REST);
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
        var door = door(SHORT, SHORT);
        try (var client = FrameClient.silent(door)) {
            assertEquals("", client.readAll());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0"
            })
    void a_client_that_stops_amid_its_first_words_is_ended(String begin) {
        var door = door(SHORT, LONG);
        try (var client = FrameClient.silent(door)) {
            client.send(begin.getBytes(StandardCharsets.US_ASCII));

            client.readAll();

            Await.until("all lines closed", () -> door.gateway.connections() == 0);
        }
    }
}
