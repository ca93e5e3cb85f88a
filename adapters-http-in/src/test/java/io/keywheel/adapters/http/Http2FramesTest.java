package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Frames that break the rules of HTTP/2, and those that keep them in rare ways.
@Timeout(60)
@Execution(CONCURRENT)
class Http2FramesTest {

    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int COMPRESSION_ERROR = 9;

    private static final byte[] HEAD = HeadFields.pack(HeadFields.of("GET", "/health/live"));
    private static final String[] CHAT = HeadFields.of("POST", "/api/chat", "content-type: application/json");

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    private static byte[] setting(int setting, int value) {
        return new byte[] {
            0, (byte) setting, (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
        };
    }

    private static Arguments ends(int code, String what, int type, int flags, int stream, byte[] payload) {
        return Arguments.of(what, FrameClient.frame(type, flags, stream, payload), code);
    }

    static Stream<Arguments> breaches() {
        return Stream.of(
                ends(FRAME_SIZE_ERROR, "a frame that is too large", FrameClient.PING, 0, 0, new byte[16_385]),
                ends(FRAME_SIZE_ERROR, "a ping too short", FrameClient.PING, 0, 0, new byte[7]),
                ends(PROTOCOL_ERROR, "a ping on a stream", FrameClient.PING, 0, 1, new byte[8]),
                ends(FRAME_SIZE_ERROR, "half a setting", FrameClient.SETTINGS, 0, 0, new byte[5]),
                ends(FRAME_SIZE_ERROR, "an answer with settings", FrameClient.SETTINGS, 1, 0, setting(4, 1)),
                ends(PROTOCOL_ERROR, "settings of a stream", FrameClient.SETTINGS, 0, 1, new byte[0]),
                ends(PROTOCOL_ERROR, "a push that is no switch", FrameClient.SETTINGS, 0, 0, setting(2, 2)),
                ends(PROTOCOL_ERROR, "frames too small", FrameClient.SETTINGS, 0, 0, setting(5, 16_383)),
                ends(PROTOCOL_ERROR, "frames too large", FrameClient.SETTINGS, 0, 0, setting(5, 1 << 24)),
                ends(FLOW_CONTROL_ERROR, "windows too wide", FrameClient.SETTINGS, 0, 0, setting(4, -1)),
                ends(FLOW_CONTROL_ERROR, "a window too wide", FrameClient.WINDOW_UPDATE, 0, 0, new byte[] {
                    127, -1, -1, -1
                }),
                ends(PROTOCOL_ERROR, "a window no wider", FrameClient.WINDOW_UPDATE, 0, 0, new byte[4]),
                ends(PROTOCOL_ERROR, "a window of no stream", FrameClient.WINDOW_UPDATE, 0, 9, new byte[] {0, 0, 0, 1}),
                ends(FRAME_SIZE_ERROR, "a window too short", FrameClient.WINDOW_UPDATE, 0, 0, new byte[3]),
                ends(PROTOCOL_ERROR, "a push", FrameClient.PUSH_PROMISE, 4, 1, HEAD),
                ends(PROTOCOL_ERROR, "a head from amid", FrameClient.CONTINUATION, 4, 1, HEAD),
                ends(PROTOCOL_ERROR, "a head of all", FrameClient.HEADERS, 5, 0, HEAD),
                ends(PROTOCOL_ERROR, "a head of a server's stream", FrameClient.HEADERS, 5, 2, HEAD),
                ends(COMPRESSION_ERROR, "a head that cannot be read", FrameClient.HEADERS, 5, 1, new byte[] {-1}),
                ends(FRAME_SIZE_ERROR, "a head without its priority", FrameClient.HEADERS, 0x25, 1, new byte[4]),
                ends(PROTOCOL_ERROR, "a head of padding", FrameClient.HEADERS, 0xd, 1, new byte[] {1}),
                ends(PROTOCOL_ERROR, "data of all", FrameClient.DATA, 0, 0, new byte[1]),
                ends(PROTOCOL_ERROR, "data of no stream", FrameClient.DATA, 0, 1, new byte[1]),
                ends(PROTOCOL_ERROR, "a reset of no stream", FrameClient.RST_STREAM, 0, 1, new byte[4]),
                ends(PROTOCOL_ERROR, "a reset of all", FrameClient.RST_STREAM, 0, 0, new byte[4]),
                ends(FRAME_SIZE_ERROR, "a reset too long", FrameClient.RST_STREAM, 0, 1, new byte[5]),
                ends(FRAME_SIZE_ERROR, "a priority too long", FrameClient.PRIORITY, 0, 1, new byte[6]),
                ends(PROTOCOL_ERROR, "a priority of all", FrameClient.PRIORITY, 0, 0, new byte[5]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaches")
    void a_frame_that_breaks_the_rules_ends_the_connection(String what, byte[] frame, int code) {
        try (var client = FrameClient.connect(door)) {
            client.send(frame);

            assertEquals(code, client.awaitGoAway());
            client.readAll();
        }
        Await.until("all lines closed", () -> door.gateway.connections() == 0);
    }

    @Test
    void a_frame_amid_a_head_ends_the_connection() {
        try (var client = FrameClient.connect(door)) {
            client.sendBytes(FrameClient.HEADERS, FrameClient.END_STREAM, 1, HEAD);
            client.send(FrameClient.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

            assertEquals(PROTOCOL_ERROR, client.awaitGoAway());
        }
    }

    @Test
    void a_head_may_come_in_pieces_with_padding_and_priority() {
        try (var client = FrameClient.connect(door)) {
            client.sendBytes(FrameClient.HEADERS, 0x29, 1, new byte[] {2, 0, 0, 0, 0, 1, HEAD[0], HEAD[1], 9, 9});
            for (int i = 2; i < HEAD.length - 1; i++) {
                client.send(FrameClient.CONTINUATION, 0, 1, HEAD[i]);
            }
            client.send(FrameClient.CONTINUATION, FrameClient.END_HEADERS, 1, HEAD[HEAD.length - 1]);

            assertEquals(200, client.reply(1).status());
        }
    }

    @Test
    void a_body_may_come_in_pieces_with_padding() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, CHAT);
            for (byte one : Samples.HELLO.getBytes(StandardCharsets.UTF_8)) {
                client.send(FrameClient.DATA, 8, 1, 3, one, 0, 0, 0);
            }
            client.send(FrameClient.DATA, FrameClient.END_STREAM, 1);

            assertEquals(200, client.reply(1).status());
        }
    }

    @Test
    void more_after_the_end_of_a_request_resets_its_stream() {
        door.chats.play((_, _) -> {
            Await.interrupt();
            return Samples.answer("Hi");
        });
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat", Samples.HELLO);
            client.send(FrameClient.DATA, 0, 1, 1);

            assertEquals(STREAM_CLOSED, client.reply(1).reset());
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    @Test
    void a_head_of_a_stream_that_has_ended_is_told_so() {
        try (var client = FrameClient.connect(door)) {
            client.get(1, "/health/live").reply(1);
            Await.until("its line closed", () -> door.gateway.connections() == 1);

            assertEquals(STREAM_CLOSED, client.get(1, "/health/live").reply(1).reset());
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    /// Nobody reads the body as long as the answer to its head cannot be sent.
    @Test
    void more_than_the_window_of_a_stream_resets_it() {
        try (var guarded = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).withTokens("t0ken"));
                var client = FrameClient.connect(guarded).windows(0)) {
            client.head(1, false, CHAT);
            client.await(frame -> frame.type() == FrameClient.HEADERS);
            for (int i = 0; i < 5; i++) {
                client.sendBytes(FrameClient.DATA, 0, 1, new byte[16_000]);
            }

            assertEquals(FLOW_CONTROL_ERROR, client.reply(1).reset());
            client.windows(65_535);
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    @Test
    void an_answer_goes_out_as_the_windows_widen() {
        String text = "x".repeat(300);
        door.chats.play((_, _) -> Samples.answer(text));
        try (var client = FrameClient.connect(door).windows(10)) {
            client.post(1, "/api/chat", Samples.HELLO);
            client.await(
                    frame -> frame.type() == FrameClient.DATA && frame.payload().limit() == 10);
            client.windows(5);
            client.widen(1, 10);
            client.await(
                    frame -> frame.type() == FrameClient.DATA && frame.payload().limit() == 5);
            client.windows(100_000);

            assertEquals(200, client.reply(1).status());
        }
    }

    @Test
    void a_window_of_a_stream_that_is_too_wide_resets_it() {
        door.chats.play((_, _) -> {
            Await.interrupt();
            return Samples.answer("Hi");
        });
        try (var client = FrameClient.connect(door)) {
            client.post(1, "/api/chat", Samples.HELLO).widen(1, Integer.MAX_VALUE);

            assertEquals(FLOW_CONTROL_ERROR, client.reply(1).reset());
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    @Test
    void what_nobody_knows_is_passed_over() {
        try (var client = FrameClient.connect(door)) {
            client.send(77, 255, 1, 1, 2, 3).send(FrameClient.SETTINGS, 0, 0, 0, 99, 1, 2, 3, 4);

            assertEquals(200, client.get(1, "/health/live").reply(1).status());
        }
    }

    @Test
    void it_begins_with_settings() {
        try (var client = FrameClient.silent(door).preface()) {
            client.send(FrameClient.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

            assertEquals(PROTOCOL_ERROR, client.awaitGoAway());
        }
    }

    @Test
    void it_begins_with_the_preface() {
        try (var client = FrameClient.silent(door)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertEquals(PROTOCOL_ERROR, client.awaitGoAway());
        }
    }

    @Test
    void pings_are_answered() {
        try (var client = FrameClient.connect(door)) {
            client.send(FrameClient.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

            var pong = client.await(frame -> frame.type() == FrameClient.PING);

            assertEquals(1, pong.flags());
            assertEquals(0x0102030405060708L, pong.payload().getLong());
        }
    }
}
