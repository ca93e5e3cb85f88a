package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Chunk;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What clients of HTTP/2 are charged for, and what they are not.
@Timeout(60)
class Http2CreditTest {

    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int NOTHING = -1;
    private static final int ROUNDS = 300;
    private static final int MANY = 100;

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private void chatsThatWait(Door door) {
        door.chats.play((_, _) -> {
            Await.latch(mayEnd);
            return Samples.answer("Hi");
        });
    }

    private static Door door(Bounds bounds) {
        return new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).with(bounds));
    }

    /// @return why the connection ended; [#NOTHING] once there was this much data
    private static int awaitData(FrameClient client, int frames) {
        for (int i = 0; i < frames; i++) {
            var frame = client.await(next -> next.type() == FrameClient.DATA || next.type() == FrameClient.GOAWAY);
            if (frame.type() == FrameClient.GOAWAY) {
                return frame.errorCode();
            }
        }
        return NOTHING;
    }

    private static void assertAnswersPings(FrameClient client) {
        client.send(FrameClient.PING, 0, 0, new int[8]);
        assertEquals(
                FrameClient.PING,
                client.await(frame -> frame.type() == FrameClient.PING || frame.type() == FrameClient.GOAWAY)
                        .type());
    }

    @Test
    void windows_that_widen_byte_by_byte_end_the_connection() {
        door.chats.play((_, _) -> Samples.answer("x".repeat(10_000)));
        int code = NOTHING;
        try (var client = FrameClient.connect(door).windows(0)) {
            for (int i = 0; i < MANY; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            for (int round = 0; round < ROUNDS && code == NOTHING; round++) {
                for (int i = 0; i < MANY; i++) {
                    client.widen(1 + 2 * i, 1);
                }
                code = awaitData(client, MANY);
            }
        }
        assertEquals(ENHANCE_YOUR_CALM, code);
    }

    @Test
    void settings_that_widen_many_windows_byte_by_byte_end_the_connection() {
        door.chats.play((_, _) -> Samples.answer("x".repeat(10_000)));
        try (var client = FrameClient.connect(door).windows(0)) {
            for (int i = 0; i < MANY; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            for (int i = 0; i < MANY; i++) {
                int stream = 1 + 2 * i;
                client.await(frame -> frame.stream() == stream && frame.type() == FrameClient.HEADERS);
            }
            for (int round = 1; round < ROUNDS; round++) {
                client.windows(round);
            }

            assertEquals(ENHANCE_YOUR_CALM, client.awaitGoAway());
        }
    }

    /// Some acknowledge each frame, to its stream and to the connection.
    private static int takeAllAcknowledgingEachFrame(FrameClient client) {
        while (true) {
            var frame = client.await(next -> next.type() == FrameClient.DATA || next.type() == FrameClient.GOAWAY);
            int bytes = frame.payload().limit();
            if (frame.type() == FrameClient.GOAWAY) {
                return frame.errorCode();
            } else if (frame.ends()) {
                return NOTHING;
            } else if (bytes > 0) {
                client.widen(0, bytes).widen(1, bytes);
            }
        }
    }

    @Test
    void a_client_that_acknowledges_each_small_piece_gets_them_all() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            for (int i = 0; i < 5_000; i++) {
                sink.accept(Chunk.text("a"));
            }
            return Samples.stream(sink::accept, "b");
        });
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat/stream", Samples.HELLO);

            assertEquals(NOTHING, takeAllAcknowledgingEachFrame(client));
        }
    }

    @Test
    void a_client_that_acknowledges_each_large_piece_gets_them_all() {
        door.chats.play((_, _) -> Samples.answer("x".repeat(30_000_000)));
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat", Samples.HELLO);

            assertEquals(NOTHING, takeAllAcknowledgingEachFrame(client));
        }
    }

    @Test
    void streams_that_are_not_read_are_charged() {
        try (var hasty = door(TightBounds.patience(Duration.ofMillis(300), Duration.ofSeconds(60)));
                var client = FrameClient.connect(hasty).windows(0)) {
            for (int i = 0; i < 200; i++) {
                client.get(1 + 2 * i, "/health/live");
            }
            for (int i = 0; i < 200; i++) {
                client.await(frame -> frame.type() == FrameClient.RST_STREAM);
            }
            client.send(FrameClient.PING, 0, 0, new int[8]);

            assertEquals(ENHANCE_YOUR_CALM, client.awaitGoAway());
        }
    }

    @Test
    void a_burst_that_is_refused_leaves_what_runs() {
        try (var small = door(TightBounds.streams(16));
                var client = FrameClient.connect(small)) {
            chatsThatWait(small);
            for (int i = 0; i < 12; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            Await.until("all begun", () -> small.chats.commands().size() == 12);
            for (int i = 12; i < 212; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            assertEquals(REFUSED_STREAM, client.reply(423).reset());
            mayEnd.countDown();

            for (int i = 0; i < 12; i++) {
                assertEquals(200, client.reply(1 + 2 * i).status());
            }
        }
    }

    @Test
    void a_burst_that_finds_no_room_for_its_bodies_leaves_the_connection() {
        var terms = Door.Terms.USUAL.withTls(Certified.CONTEXT).withTokens("t0ken");
        try (var small = new Door(terms.with(TightBounds.heldBytes(1)));
                var client = FrameClient.connect(small).windows(0)) {
            for (int i = 0; i < 203; i++) {
                int stream = 1 + 2 * i;
                client.head(stream, false, HeadFields.of("POST", "/api/chat"));
                if (i < 3) {
                    client.await(frame -> frame.stream() == stream);
                }
                for (int piece = 0; piece < (i < 3 ? 4 : 1); piece++) {
                    client.sendBytes(FrameClient.DATA, 0, stream, new byte[16_000]);
                }
            }
            client.await(frame -> frame.type() == FrameClient.RST_STREAM);

            assertAnswersPings(client);
        }
    }

    @Test
    void bodies_that_were_on_their_way_when_their_streams_were_refused_cost_nothing() {
        byte[] head = HeadFields.pack(HeadFields.of("POST", "/api/chat"));
        try (var small = door(TightBounds.streams(4));
                var client = FrameClient.connect(small)) {
            chatsThatWait(small);
            for (int i = 0; i < 3; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            Await.until("all begun", () -> small.chats.commands().size() == 3);
            var all = new ByteArrayOutputStream();
            for (int i = 3; i < 603; i++) {
                all.writeBytes(FrameClient.frame(FrameClient.HEADERS, 4, 1 + 2 * i, head));
                all.writeBytes(FrameClient.frame(FrameClient.DATA, 0, 1 + 2 * i, new byte[300]));
                all.writeBytes(FrameClient.frame(FrameClient.DATA, 1, 1 + 2 * i, new byte[300]));
            }

            client.send(all.toByteArray());

            assertAnswersPings(client);
            mayEnd.countDown();
            assertEquals(200, client.reply(1).status());
        }
    }

    @Test
    void refused_streams_without_an_end_end_the_connection() {
        byte[] head = HeadFields.pack(HeadFields.of("GET", "/health/live"));
        try (var small = door(TightBounds.streams(4));
                var client = FrameClient.connect(small)) {
            chatsThatWait(small);
            for (int i = 0; i < 3; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            var all = new ByteArrayOutputStream();
            for (int i = 3; i < 5_000; i++) {
                all.writeBytes(FrameClient.frame(FrameClient.HEADERS, 5, 1 + 2 * i, head));
            }

            assertEquals(ENHANCE_YOUR_CALM, client.flood(all.toByteArray(), 1));
            mayEnd.countDown();
        }
    }

    @Test
    void one_connection_leaves_a_quarter_of_all_streams_to_others() {
        try (var small = door(TightBounds.streams(8));
                var first = FrameClient.connect(small);
                var second = FrameClient.connect(small)) {
            chatsThatWait(small);
            for (int i = 0; i < 7; i++) {
                first.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }

            assertEquals(REFUSED_STREAM, first.reply(13).reset());
            assertEquals(200, second.get(1, "/health/live").reply(1).status());
            mayEnd.countDown();
            assertEquals(200, first.reply(1).status());
        }
    }
}
