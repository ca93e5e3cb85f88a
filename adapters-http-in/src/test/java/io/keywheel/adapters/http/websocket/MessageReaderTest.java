package io.keywheel.adapters.http.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketContext;
import io.helidon.websocket.ClientWsFrame;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MessageReaderTest {

    private static final int LENGTH = 1 << 20;
    private static final int PIECE = 16;
    private static final byte[] KEY = {1, 2, 3, (byte) 0xff};

    /// Quadratic time would be minutes.
    @Test
    void large_frame_in_small_pieces_is_unmasked_in_linear_time() {
        String text = "0123456789".repeat(LENGTH).substring(0, LENGTH);

        byte[] payload = assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> MessageReader.payload(read(masked(text.getBytes(StandardCharsets.UTF_8)))));

        assertEquals(text, new String(payload, StandardCharsets.UTF_8));
    }

    private static byte[] masked(byte[] text) {
        var frame = ByteBuffer.allocate(14 + text.length)
                .put((byte) 0x81)
                .put((byte) 0xff)
                .putLong(text.length)
                .put(KEY);
        for (int i = 0; i < text.length; i++) {
            frame.put((byte) (text[i] ^ KEY[i % KEY.length]));
        }
        return frame.array();
    }

    private static ClientWsFrame read(byte[] frame) {
        var rest = ByteBuffer.wrap(frame);
        var socket = (SocketContext) Proxy.newProxyInstance(
                SocketContext.class.getClassLoader(), new Class<?>[] {SocketContext.class}, (_, _, _) -> null);
        return ClientWsFrame.read(socket, DataReader.create(() -> next(rest)), LENGTH);
    }

    private static byte[] next(ByteBuffer rest) {
        byte[] piece = new byte[Math.min(PIECE, rest.remaining())];
        rest.get(piece);
        return piece;
    }
}
