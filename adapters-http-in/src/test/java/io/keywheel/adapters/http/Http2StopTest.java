package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class Http2StopTest {

    private static final int NO_ERROR = 0;

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    private static FrameClient.Frame goAway(FrameClient client) {
        return client.await(frame -> frame.type() == FrameClient.GOAWAY);
    }

    @Test
    void says_goodbye_lets_streams_end_and_takes_no_chat() {
        var mayEnd = new CountDownLatch(1);
        door.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat/stream", Samples.HELLO).await(frame -> frame.type() == FrameClient.DATA);

            var stopped = door.stop(Duration.ofSeconds(10));
            var goodbye = goAway(client);
            var refused = client.post(3, "/api/chat", Samples.HELLO).reply(3);
            var alive = client.get(5, "/health/live").reply(5);
            mayEnd.countDown();
            var whole = client.reply(1);
            var last = goAway(client);
            stopped.join();

            assertEquals(Integer.MAX_VALUE, goodbye.payload().getInt());
            assertEquals(NO_ERROR, goodbye.errorCode());
            assertEquals(503, refused.status());
            assertEquals("1", refused.fields().get("retry-after"));
            assertEquals(200, alive.status());
            assertTrue(whole.body().contains("\"content\":\"two\""), whole.body());
            assertTrue(whole.body().contains("\"done\":true"), whole.body());
            assertEquals(-1, whole.reset());
            assertEquals(5, last.payload().getInt());
            assertEquals(NO_ERROR, last.errorCode());
        }
    }

    @Test
    void tells_streams_that_it_cuts() {
        door.chats.play((_, sink) -> Samples.stall(sink));
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat/stream", Samples.HELLO);
            Await.until("begun", () -> door.chats.commands().size() == 1);

            var stopped = door.stop(Duration.ZERO);

            var cut = client.reply(1);
            assertTrue(cut.body().contains("\"unavailable\""), cut.body());
            stopped.join();
        }
    }

    @Test
    void ends_connections_that_rest() {
        try (var client = FrameClient.connect(door)) {
            client.get(1, "/health/live").reply(1);

            door.stop(Duration.ofSeconds(10)).join();

            client.readAll();
        }
        assertEquals(0, door.gateway.connections());
    }

    @Test
    void ends_connections_that_do_not_listen() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            while (!Thread.currentThread().isInterrupted()) {
                sink.accept(Chunk.text("x".repeat(10_000)));
            }
            throw new ChatCancelledException(List.of());
        });
        try (var client = FrameClient.connect(door).windows(Integer.MAX_VALUE)) {
            client.widen(0, Integer.MAX_VALUE - 65_535);
            client.post(1, "/api/chat/stream", Samples.HELLO);
            Await.until("begun", () -> door.chats.commands().size() == 1);

            door.stop(Duration.ofMillis(300)).join();

            Await.until("all lines closed", () -> door.gateway.connections() == 0);
        }
    }
}
