package io.keywheel.adapters.http.websocket;

import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsCloseException;
import io.keywheel.adapters.http.request.StrictJson;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What a client's close frame contains, and how it is found.
final class CloseFrame {

    private static final int CODE = 2;

    /// The head of a masked close frame without payload, and its length with the key.
    private static final int EMPTY_HEAD = 0x8880;

    private static final int EMPTY_LENGTH = 6;
    private static final int LONGEST = EMPTY_LENGTH + MessageReader.MOST_IN_CONTROL_FRAME;

    private CloseFrame() {}

    /// @throws WsCloseException if the payload has half a code, one that no client may send, or a reason not in UTF-8
    static void check(byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        if (payload.length < CODE || !maySend(ByteBuffer.wrap(payload).getShort() & 0xffff)) {
            throw MessageReader.protocolError("a close code that no client may send");
        }
        if (!StrictJson.isUtf8(Arrays.copyOfRange(payload, CODE, payload.length))) {
            throw new WsCloseException("the close reason is not in UTF-8", WsCloseCodes.NOT_CONSISTENT);
        }
    }

    /// Some codes are only for local use and must not be sent (RFC 6455, 7.4).
    private static boolean maySend(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code < 5000);
    }

    /// Whether the bytes end with a close frame that answers `code`: some clients send 1000 in answer to any. After a
    /// frame that broke the protocol, the next ones cannot be read, only searched for.
    static boolean isAtEnd(byte[] bytes, int code) {
        var frames = ByteBuffer.wrap(bytes);
        int last = bytes.length - EMPTY_LENGTH - CODE;
        for (int at = Math.max(0, bytes.length - LONGEST); at <= last; at++) {
            int length = bytes.length - at - EMPTY_LENGTH;
            int sent = (frames.getShort(at + 2) ^ frames.getShort(at + EMPTY_LENGTH)) & 0xffff;
            if (frames.getShort(at) == (short) (EMPTY_HEAD | length)
                    && (sent == code || sent == WsCloseCodes.NORMAL_CLOSE)) {
                return true;
            }
        }
        return false;
    }
}
