package io.keywheel.adapters.http.websocket;

import io.helidon.webserver.ConnectionContext;
import io.helidon.websocket.ClientWsFrame;
import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsCloseException;
import io.helidon.websocket.WsOpCode;
import io.keywheel.adapters.http.connection.ClientConnection;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads complete text messages from frames, and answers control frames.
final class MessageReader {

    static final int MOST_IN_CONTROL_FRAME = 125;

    /// The limit of frames in a message, plus one for each KiB of the largest message.
    private static final int USUAL_MOST_FRAMES = 1024;

    private final ConnectionContext context;
    private final FrameSender sender;
    private final int maxBytes;
    private final int mostFrames;
    private @Nullable ByteArrayOutputStream partial;
    private int frames;
    private boolean clientClosed;

    MessageReader(ConnectionContext context, FrameSender sender, int maxBytes) {
        this.context = context;
        this.sender = sender;
        this.maxBytes = maxBytes;
        this.mostFrames = USUAL_MOST_FRAMES + maxBytes / 1024;
    }

    /// The bytes of the next message; empty after the client's close frame, which has been answered.
    ///
    /// @throws WsCloseException if the client breaks the protocol, or its message is too large or not text
    Optional<byte[]> next() {
        while (true) {
            ClientWsFrame frame = read();
            byte[] payload = payload(frame);
            // Control frames and empty frames within a message count, too.
            frames = partial == null ? 1 : frames + 1;
            if (frames > mostFrames) {
                throw new WsCloseException("the message has too many frames", WsCloseCodes.TOO_BIG);
            }
            if (isControl(frame.opCode())) {
                if (partial == null) {
                    ClientConnection.current().expectMessage();
                } else {
                    // Held bytes mark a message as begun. At least one stays, so no control frame restarts its timeout.
                    ClientConnection.current().shrinkShareTo(Math.max(1, partial.size()));
                }
            }
            switch (frame.opCode()) {
                case TEXT, CONTINUATION -> {
                    Optional<byte[]> message = join(frame, payload);
                    if (message.isPresent()) {
                        return message;
                    }
                }
                case BINARY -> throw new WsCloseException("messages are JSON text", WsCloseCodes.CANNOT_ACCEPT);
                case PING -> sender.pong(payload);
                case PONG -> {}
                case CLOSE -> {
                    CloseFrame.check(payload);
                    sender.answerClose(payload);
                    return Optional.empty();
                }
            }
        }
    }

    private ClientWsFrame read() {
        ClientWsFrame frame;
        try {
            frame = ClientWsFrame.read(context, context.dataReader(), maxBytes);
        } catch (IllegalArgumentException e) {
            throw protocolError("unknown kind of frame");
        }
        clientClosed = frame.opCode() == WsOpCode.CLOSE;
        if (isControl(frame.opCode()) && (!frame.fin() || frame.payloadLength() > MOST_IN_CONTROL_FRAME)) {
            throw protocolError("a control frame must be whole and short");
        }
        return frame;
    }

    /// Unmasks the payload. Helidon's `payloadData` would take time quadratic in its length, because it searches a list
    /// of buffers for each byte.
    static byte[] payload(ClientWsFrame frame) {
        byte[] payload = frame.maskedData().readBytes();
        int[] key = frame.maskingKey();
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= (byte) key[i % key.length];
        }
        return payload;
    }

    private Optional<byte[]> join(ClientWsFrame frame, byte[] payload) {
        boolean continues = frame.opCode() == WsOpCode.CONTINUATION;
        if (continues != (partial != null)) {
            throw protocolError(continues ? "nothing to continue" : "the previous message has not ended");
        }
        if (!continues && frame.fin()) {
            return Optional.of(payload);
        }
        ByteArrayOutputStream message = partial == null ? new ByteArrayOutputStream() : partial;
        if (message.size() + payload.length > maxBytes) {
            throw new WsCloseException("the message is too large", WsCloseCodes.TOO_BIG);
        }
        message.writeBytes(payload);
        partial = frame.fin() ? null : message;
        return frame.fin() ? Optional.of(message.toByteArray()) : Optional.empty();
    }

    /// Drops what the client sends after a close frame with `code`, until it has sent one, too: then the server must
    /// close the connection at once (RFC 6455, 5.5.1).
    void dropUntilClose(int code) {
        while (!clientClosed) {
            clientClosed = CloseFrame.isAtEnd(context.dataReader().readBuffer().readBytes(), code);
        }
    }

    private static boolean isControl(WsOpCode code) {
        return code.code() >= WsOpCode.CLOSE.code();
    }

    static WsCloseException protocolError(String how) {
        return new WsCloseException(how, WsCloseCodes.PROTOCOL_ERROR);
    }
}
