package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How many streams there may be, and how much they may hold.
@Timeout(60)
class Http2RoomTest {

    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int REFUSED_STREAM = 7;

    @Test
    void one_stream_too_many_is_refused_and_the_others_go_on() {
        var mayEnd = new CountDownLatch(1);
        try (var small = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).with(TightBounds.streams(5)));
                var client = FrameClient.connect(small)) {
            small.chats.play((_, _) -> {
                Await.latch(mayEnd);
                return Samples.answer("Hi");
            });
            for (int i = 0; i <= 4; i++) {
                client.post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }

            assertEquals(REFUSED_STREAM, client.reply(9).reset());
            mayEnd.countDown();
            for (int i = 0; i < 4; i++) {
                assertEquals(200, client.reply(1 + 2 * i).status());
            }
        }
    }

    @Test
    void all_connections_together_have_half_as_many_streams_as_there_may_be_connections() {
        var mayEnd = new CountDownLatch(1);
        try (var small = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).with(TightBounds.streams(5)));
                var first = FrameClient.connect(small);
                var second = FrameClient.connect(small)) {
            small.chats.play((_, _) -> {
                Await.latch(mayEnd);
                return Samples.answer("Hi");
            });
            for (int i = 0; i < 5; i++) {
                (i < 3 ? first : second).post(1 + 2 * i, "/api/chat", Samples.HELLO);
            }
            Await.until("all begun", () -> small.chats.commands().size() == 5);

            assertEquals(
                    REFUSED_STREAM,
                    second.post(11, "/api/chat", Samples.HELLO).reply(11).reset());
            mayEnd.countDown();
            assertEquals(200, first.reply(1).status());
            Await.until("room", () -> small.gateway.connections() < 7);
            assertEquals(200, first.get(13, "/health/live").reply(13).status());
        }
    }

    @Test
    void all_who_show_no_token_have_a_quarter_of_all_streams() {
        String[] guarded = HeadFields.of("GET", "/health");
        String[] known = HeadFields.of("GET", "/health", "authorization: Bearer t0ken");
        var terms = Door.Terms.USUAL.withTls(Certified.CONTEXT).withTokens("t0ken");
        try (var small = new Door(terms.with(TightBounds.streams(8)));
                var stranger = FrameClient.connect(small).windows(0);
                var other = FrameClient.connect(small).windows(0)) {
            stranger.head(1, true, guarded).head(3, true, guarded);
            stranger.await(frame -> frame.stream() == 1 && frame.type() == FrameClient.HEADERS);
            stranger.await(frame -> frame.stream() == 3 && frame.type() == FrameClient.HEADERS);

            other.head(1, true, guarded).head(3, true, known);

            assertEquals(REFUSED_STREAM, other.reply(1).reset());
            assertEquals(200, other.windows(65_535).reply(3).status());
        }
    }

    @Test
    void bodies_that_are_held_are_held_within_the_budget() {
        try (var small = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).with(TightBounds.heldBytes(1)));
                var client = FrameClient.connect(small)) {
            small.chats.play((_, _) -> Samples.answer("Hi"));
            for (int stream = 1; stream < 20; stream += 2) {
                client.head(stream, false, HeadFields.of("POST", "/api/chat", "content-type: application/json"));
                for (int i = 0; i < 3; i++) {
                    client.sendBytes(FrameClient.DATA, 0, stream, new byte[16_000]);
                }
            }
            var refused = client.await(
                    frame -> frame.type() == FrameClient.RST_STREAM || frame.type() == FrameClient.HEADERS);
            int reset = refused.type() == FrameClient.RST_STREAM ? refused.errorCode() : ENHANCE_YOUR_CALM;
            client.leave(true);
            Await.until("all lines closed", () -> small.gateway.connections() == 0);

            assertEquals(ENHANCE_YOUR_CALM, reset);
            try (var next = FrameClient.connect(small)) {
                assertEquals(
                        200, next.post(1, "/api/chat", Samples.HELLO).reply(1).status());
            }
        }
    }

    /// As long as nobody takes the answer, nobody reads the body.
    @Test
    void bodies_that_nobody_reads_are_held_within_the_budget() {
        var terms = Door.Terms.USUAL.withTls(Certified.CONTEXT).withTokens("t0ken");
        try (var small = new Door(terms.with(TightBounds.heldBytes(1)));
                var client = FrameClient.connect(small).windows(0)) {
            for (int i = 0; i < 5; i++) {
                int stream = 1 + 2 * i;
                client.head(stream, false, HeadFields.of("POST", "/api/chat"));
                client.await(frame -> frame.stream() == stream && frame.type() == FrameClient.HEADERS);
                for (int piece = 0; piece < 4; piece++) {
                    client.sendBytes(FrameClient.DATA, 0, stream, new byte[15_000]);
                }
            }

            var refused = client.await(frame -> frame.type() == FrameClient.RST_STREAM);

            assertEquals(ENHANCE_YOUR_CALM, refused.errorCode());
            client.windows(65_535);
            assertEquals(200, client.get(99, "/health/live").reply(99).status());
        }
    }
}
