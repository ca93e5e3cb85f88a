package io.keywheel.adapters.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.client.RawSocket.Frame;
import io.keywheel.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The WebSocket protocol of RFC 6455, with valid, invalid and random frames. [Fuzz] sets the length of a run.
@Isolated("listens to the log, which there is one of")
class SocketProtocolTest {

    /// 1024, plus one per KiB of the largest message.
    private static final int MOST_FRAMES = 1024 + 64;

    private static final int CLOSE = 0x88;
    private static final int TEXT = 0x81;
    private static final int PONG = 0x8a;
    private static final int INTERNAL_ERROR = 1011;

    private static final List<byte[]> CONVERSATIONS = List.of(
            frames(frame(TEXT, Samples.HELLO)),
            frames(
                    frame(0x01, Samples.HELLO.substring(0, 9)),
                    frame(0x89, "x"),
                    frame(0x80, Samples.HELLO.substring(9))),
            frames(
                    frame(TEXT, RawSocket.chat("é")),
                    frame(TEXT, "{\"id\":\"é\",\"type\":\"cancel\"}"),
                    frame(CLOSE, "\u0003")),
            frames(frame(0x8a, ""), frame(TEXT, " ".repeat(200) + Samples.HELLO), frame(TEXT, "{}")));

    @AutoClose
    private static final TestServer SERVER = new TestServer();

    @AutoClose
    private final RawSocket raw = SERVER.socket();

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.http");

    @Test
    void answers_pings_while_a_chat_runs() {
        SERVER.chats.play((_, sink) -> Samples.stall(sink));
        try (var socket = SERVER.socket()) {
            socket.ask("a");
            socket.next();
            socket.send(0x89, "still there?".getBytes(StandardCharsets.UTF_8), 0, 12);

            assertEquals("still there?", socket.frame().text());
        }
    }

    @Test
    void character_split_across_frames_is_reassembled() {
        SERVER.chats.answer("Hi");
        byte[] message = RawSocket.chat("\u20ac").getBytes(StandardCharsets.UTF_8);
        raw.send(0x01, message, 0, 8);
        raw.send(0x89, new byte[] {1}, 0, 1);
        raw.send(0x80, message, 8, message.length - 8);

        assertEquals(0x8a, raw.frame().head());
        assertTrue(raw.frame().text().contains("\"id\":\"\u20ac\""));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1000",
        "1014, 1014",
        "3000, 3000",
        "4999, 4999",
        "999, 1002",
        "1004, 1002",
        "1005, 1002",
        "1006, 1002",
        "1015, 1002",
        "2999, 1002",
        "5000, 1002"
    })
    void valid_close_code_is_echoed_and_invalid_one_gets_1002(int sent, int answered) {
        raw.send(0x88, new byte[] {(byte) (sent >> 8), (byte) sent}, 0, 2);

        assertEquals(answered, raw.closeCode());
    }

    @Test
    void close_frame_without_a_code_gets_1000() {
        raw.send(0x88, new byte[0], 0, 0);

        assertEquals(1000, raw.closeCode());
    }

    @Test
    void close_reason_is_not_echoed() {
        raw.send(0x88, new byte[] {0x03, (byte) 0xe8, 'x'}, 0, 3);

        var frame = raw.frame();
        assertEquals(1000, frame.closeCode());
        assertEquals(2, frame.payload().capacity());
    }

    @ParameterizedTest
    @CsvSource({
        "0x82, 2, 1003", // binary
        "0x80, 2, 1002", // nothing to continue
        "0x83, 2, 1002", // unknown kind
        "0xc1, 2, 1002", // an extension that was not negotiated
        "0x09, 2, 1002", // a ping in pieces
        "0x89, 126, 1002", // a ping too long
        "0x88, 1, 1002", // half a close code
        "0x81, 65537, 1009", // larger than a body may be
    })
    void protocol_violation_closes_the_websocket(String head, int length, int code) {
        raw.send(Integer.decode(head), new byte[length], 0, length);

        var frame = raw.frame();
        assertEquals(0x88, frame.head());
        assertEquals(code, frame.closeCode());
        assertTrue(log.lines().getFirst().startsWith("closed a WebSocket with " + code + ": "), log.lines()::toString);
    }

    @Test
    void too_large_fragmented_message_closes_with_1009() {
        raw.send(0x01, new byte[60_000], 0, 60_000);
        raw.send(0x80, new byte[60_000], 0, 60_000);

        assertEquals(1009, raw.frame().closeCode());
    }

    @ParameterizedTest
    @CsvSource({"0x00, 0", "0x00, 1", "0x89, 0", "0x8a, 0"})
    void too_many_frames_per_message_close_with_1009(String head, int length) {
        raw.send(0x01, new byte[0], 0, 0);
        for (int i = 1; i < MOST_FRAMES; i++) {
            raw.send(Integer.decode(head), new byte[length], 0, length);
        }
        raw.send(0x80, new byte[0], 0, 0);

        assertEquals(1009, raw.frameAfterPongs().closeCode());
    }

    @Test
    void message_with_the_maximum_frame_count_is_accepted() {
        for (int round = 0; round < 2; round++) {
            raw.send(0x01, new byte[0], 0, 0);
            for (int i = 2; i < MOST_FRAMES; i++) {
                raw.send(0x00, new byte[0], 0, 0);
            }
            raw.send(0x80, new byte[0], 0, 0);

            assertTrue(raw.frame().text().contains("the request is empty"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0x81, 22ff22", "0x88, 03e8e4"})
    void invalid_utf_8_in_a_message_or_close_reason_closes_with_1007(String head, String payload) {
        raw.send(Integer.decode(head), HexFormat.of().parseHex(payload), 0, 3);

        assertEquals(1007, raw.frame().closeCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Upgrade | 101
                    keep-alive,Upgrade | 101
                    keep-alive ,  UPGRADE | 101
                    keep-alive | 426
                    upgraded | 426
                    """)
    void handshake_needs_upgrade_among_the_connection_options(String connection, String status) {
        String handshake = RawSocket.handshake().replace("keep-alive, Upgrade", connection);

        assertEquals(status, SERVER.statusOf(handshake));
    }

    @ParameterizedTest
    @ValueSource(strings = {"WebSocket", "Websocket", "WEBSOCKET"})
    void handshake_may_write_the_protocol_with_capitals(String protocol) {
        String handshake = RawSocket.handshake().replace("Upgrade: websocket", "Upgrade: " + protocol);

        assertEquals("101", SERVER.statusOf(handshake));
    }

    @Test
    void invalid_key_gets_400_as_described() {
        String handshake = RawSocket.handshake().replace("dGhlIHNhbXBsZSBub25jZQ==", "short");

        SERVER.exchange(handshake).assertError(400, "invalid_request").assertHeader("Upgrade", "");
    }

    @Test
    void plain_request_to_the_websocket_path_returns_426() {
        SERVER.get("/api/chat/ws")
                .assertError(426, "upgrade_required")
                .assertHeader("Upgrade", "websocket")
                .assertHeader("Connection", "upgrade");
    }

    @Test
    void random_frames_get_valid_messages_without_internal_error() {
        SERVER.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        Fuzz.runBytes(CONVERSATIONS, bytes -> {
            try (var socket = SERVER.socket()) {
                socket.client().send(bytes);
                socket.client().leave(Way.HALF_CLOSE);
                answers(socket);
            } catch (UncheckedIOException _) {
                // The gateway may close before it has read all frames.
            }
            assertTrue(log.lines().stream().allMatch(line -> line.startsWith("closed a WebSocket ")));
        });
    }

    private static void answers(RawSocket socket) {
        for (Optional<Frame> next = socket.nextFrame(); next.isPresent(); next = socket.nextFrame()) {
            Frame frame = next.get();
            switch (frame.head()) {
                case TEXT -> assertTrue(TestServer.json(frame.text()).isObject(), frame::text);
                case CLOSE -> assertTrue(frame.payload().capacity() < 2 || frame.closeCode() != INTERNAL_ERROR);
                default -> assertEquals(PONG, frame.head());
            }
        }
    }

    private static byte[] frame(int head, String payload) {
        return RawSocket.bytes(head, payload.getBytes(UTF_8), 0, payload.getBytes(UTF_8).length);
    }

    private static byte[] frames(byte[]... frames) {
        var all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }
}
