package io.keywheel.adapters.http.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketContext;
import io.helidon.websocket.ClientWsFrame;
import io.keywheel.client.RawSocket;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MessageReaderTest {

    private static final int LENGTH = 1 << 20;
    private static final int PIECE = 16;

    /// Quadratic time would be minutes.
    @Test
    void large_frame_in_small_pieces_is_unmasked_in_linear_time() {
        byte[] text = "0123456789".repeat(LENGTH).substring(0, LENGTH).getBytes(StandardCharsets.UTF_8);

        byte[] payload = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> MessageReader.payload(read(RawSocket.bytes(0x81, text, 0, LENGTH))));

        assertArrayEquals(text, payload);
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
