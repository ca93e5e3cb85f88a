package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Whatever a client of HTTP/2 sends, the gateway comes to an end with it, and has no bug to log. How long the
/// inputs are made: see [Fuzz].
class AnyHttp2FramesTest {

    private static final byte[] GET = HeadFields.pack(HeadFields.of("GET", "/health/live"));
    private static final byte[] POST =
            HeadFields.pack(HeadFields.of("POST", "/api/chat/stream", "content-type: application/json"));
    private static final byte[] HELLO = Samples.HELLO.getBytes(StandardCharsets.UTF_8);

    private static final List<byte[]> CONVERSATIONS = List.of(
            join(FrameClient.frame(FrameClient.SETTINGS, 0, 0, new byte[0]), FrameClient.frame(1, 5, 1, GET)),
            join(
                    FrameClient.frame(FrameClient.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 20}),
                    FrameClient.frame(1, 4, 1, POST),
                    FrameClient.frame(FrameClient.DATA, 1, 1, HELLO),
                    FrameClient.frame(FrameClient.WINDOW_UPDATE, 0, 1, new byte[] {0, 1, 0, 0}),
                    FrameClient.frame(1, 5, 3, GET),
                    FrameClient.frame(FrameClient.RST_STREAM, 0, 1, new byte[4])),
            join(
                    FrameClient.frame(FrameClient.SETTINGS, 0, 0, new byte[0]),
                    FrameClient.frame(FrameClient.PING, 0, 0, new byte[8]),
                    FrameClient.frame(1, 0, 1, POST),
                    FrameClient.frame(FrameClient.CONTINUATION, 4, 1, HeadFields.pack("accept: */*")),
                    FrameClient.frame(FrameClient.DATA, 0, 1, HELLO),
                    FrameClient.frame(1, 5, 1, HeadFields.pack("x-after: it")),
                    FrameClient.frame(FrameClient.GOAWAY, 0, 0, new byte[8])));

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    @AutoClose
    private final LogLines log = new LogLines("io.keywheel.http");

    private static byte[] join(byte[]... frames) {
        var all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    @Test
    void any_frames_are_answered_and_the_connection_is_closed() {
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        Fuzz.runBytes(CONVERSATIONS, bytes -> {
            try (var client = FrameClient.silent(door).preface()) {
                client.send(bytes);
                client.shutdownOutput();
                client.readAll();
            } catch (UncheckedIOException _) {
                // It closed before it had read everything.
            }
            assertEquals(List.of(), log.lines());
        });
        Await.until("all lines closed", () -> door.gateway.connections() == 0);
    }
}
