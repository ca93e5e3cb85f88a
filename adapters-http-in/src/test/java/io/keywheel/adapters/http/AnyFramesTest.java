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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Random frames never break the WebSocket protocol or cause an internal error. [Fuzz] sets the length of a run.
class AnyFramesTest {

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
                    frame(
                            TEXT,
                            "{\"id\":\"a\",\"type\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"é\"}]}"),
                    frame(TEXT, "{\"id\":\"a\",\"type\":\"cancel\"}"),
                    frame(CLOSE, "\u0003")),
            frames(frame(0x8a, ""), frame(TEXT, " ".repeat(200) + Samples.HELLO), frame(TEXT, "{}")));

    @AutoClose
    private final TestServer testServer = new TestServer();

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.http");

    @Test
    void random_frames_get_valid_messages_without_internal_error() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        Fuzz.runBytes(CONVERSATIONS, bytes -> {
            try (var socket = testServer.socket()) {
                socket.client().send(bytes);
                socket.client().leave(Way.HALF_CLOSE);
                answers(socket);
            } catch (UncheckedIOException _) {
                // The gateway may close before it has read all frames.
            }
            assertEquals(List.of(), log.lines());
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
