package io.keywheel.adapters.http.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsOpCode;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.RefusedException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Sends frames one after the other. Thread-safe.
///
/// The calling thread must not be interrupted during a send, because that closes the socket for all threads.
final class FrameSender {

    private static final int FINAL = 0x80;
    private static final int MOST_IN_REASON = 120;

    private final DataWriter writer;
    private final ClientConnection client;
    private volatile boolean closed;

    FrameSender(DataWriter writer, ClientConnection client) {
        this.writer = writer;
        this.client = client;
    }

    void text(byte[] text) {
        text(text, () -> {});
    }

    /// Runs `first`, then sends `text`, with no other frame in between.
    ///
    /// @throws ServerConnectionException if the client does not read it
    /// @throws RefusedException if the budget for slow readers is exhausted; then `first` has not run
    void text(byte[] text, Runnable first) {
        client.withinBudget(text.length, () -> {
            synchronized (this) {
                first.run();
                send(WsOpCode.TEXT, text);
            }
        });
    }

    void pong(byte[] payload) {
        send(WsOpCode.PONG, payload);
    }

    /// Sends a close frame, unless one was sent.
    synchronized void close(int code, @Nullable String reason) {
        byte[] text = (reason == null ? "" : reason).getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(text.length, MOST_IN_REASON);
        var payload = ByteBuffer.allocate(2 + length).putShort((short) code).put(text, 0, length);
        try {
            send(WsOpCode.CLOSE, payload.array());
        } catch (ServerConnectionException _) {
            // A client that is gone needs no close frame, and neither does one that got it.
        }
        closed = true;
    }

    /// Answers a close frame with the client's close code, as usual, and without its reason.
    void answerClose(byte[] payload) {
        close(
                payload.length < 2
                        ? WsCloseCodes.NORMAL_CLOSE
                        : ByteBuffer.wrap(payload).getShort(),
                null);
    }

    /// Stops all sending. It does not take the lock, which a frame that is being sent holds.
    void clientDisconnected() {
        closed = true;
    }

    private synchronized void send(WsOpCode code, byte[] payload) {
        if (closed) {
            throw new ServerConnectionException(
                    "the socket is closed", new IllegalStateException("no frame may follow"));
        }
        try {
            writer.writeNow(BufferData.create(head(code, payload.length)), BufferData.create(payload));
        } catch (UncheckedIOException e) {
            closed = true;
            throw new ServerConnectionException("the client disconnected", e);
        }
    }

    private static byte[] head(WsOpCode code, int length) {
        var head = ByteBuffer.allocate(length < 126 ? 2 : length < 1 << 16 ? 4 : 10);
        head.put((byte) (FINAL | code.code()));
        switch (head.capacity()) {
            case 2 -> head.put((byte) length);
            case 4 -> head.put((byte) 126).putShort((short) length);
            default -> head.put((byte) 127).putLong(length);
        }
        return head.array();
    }
}
