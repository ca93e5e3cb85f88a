package io.keywheel.adapters.http.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketContext;
import io.helidon.webserver.ConnectionContext;
import io.helidon.websocket.ClientWsFrame;
import io.helidon.websocket.WsCloseException;
import io.keywheel.client.RawSocket;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({"1009, 0", "1009, 123", "1000, 0"})
    void after_a_failure_all_is_dropped_until_the_client_closes(int code, int reason) {
        byte[] message = RawSocket.bytes(0x81, new byte[200], 0, 200);
        byte[] close = closeFrame(code, reason);
        byte[] end = ByteBuffer.allocate(message.length + close.length)
                .put(message)
                .put(close)
                .array();

        Iterator<byte[]> reads = List.of(message, closeFrame(1010, 0), end).iterator();
        reader(reads).dropUntilClose(1009);

        assertFalse(reads.hasNext());
    }

    @Test
    void nothing_is_awaited_after_a_close_frame_that_breaks_the_protocol() {
        MessageReader reader = reader(List.of(closeFrame(1000, 124)).iterator());

        assertThrows(WsCloseException.class, reader::next);
        reader.dropUntilClose(1002);
    }

    private static byte[] closeFrame(int code, int reason) {
        byte[] payload = ByteBuffer.allocate(2 + reason).putShort((short) code).array();
        return RawSocket.bytes(0x88, payload, 0, payload.length);
    }

    /// Fails if it needs more than these bytes.
    @SuppressWarnings("NullAway") // only the sending of text needs the connection
    private static MessageReader reader(Iterator<byte[]> reads) {
        DataReader reader = DataReader.create(reads::next);
        var context = (ConnectionContext) Proxy.newProxyInstance(
                ConnectionContext.class.getClassLoader(),
                new Class<?>[] {ConnectionContext.class},
                (_, method, _) -> method.getName().equals("dataReader") ? reader : null);
        return new MessageReader(context, new FrameSender(context.dataWriter(), null), LENGTH);
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
