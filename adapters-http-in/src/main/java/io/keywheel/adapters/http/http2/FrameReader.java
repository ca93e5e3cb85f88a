package io.keywheel.adapters.http.http2;

import io.helidon.webserver.CloseConnectionException;
import io.keywheel.adapters.http.line.Lines.Line;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// Reads frames from the line.
final class FrameReader {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Line line;

    /// How long a frame may take that has begun to come.
    private final Duration patience;

    private byte[] held = {};
    private int at;

    FrameReader(Line line, Duration patience) {
        this.line = line;
        this.patience = patience;
    }

    /// What every client begins with.
    void preface() {
        if (!Arrays.equals(read(PREFACE.length, System.nanoTime() + patience.toNanos()), PREFACE)) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "no preface");
        }
    }

    /// Waits until something has come.
    ///
    /// @throws io.keywheel.adapters.http.line.Lines.LateException if nothing did
    void await(Duration idle) {
        if (at == held.length) {
            more(System.nanoTime() + idle.toNanos());
        }
    }

    Frame next() {
        long end = System.nanoTime() + patience.toNanos();
        byte[] head = read(Frame.HEAD_BYTES, end);
        var fields = ByteBuffer.wrap(head);
        int length = fields.getInt() >>> 8;
        if (length > Frame.MOST_BYTES) {
            throw new BrokenConnectionException(ErrorCode.FRAME_SIZE_ERROR, "a frame that is too large");
        }
        int stream = fields.getInt(5) & 0x7fff_ffff;
        return new Frame(head[3] & 0xff, head[4] & 0xff, stream, read(length, end));
    }

    private byte[] read(int count, long end) {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count; ) {
            if (at == held.length) {
                more(end);
            }
            int some = Math.min(count - have, held.length - at);
            System.arraycopy(held, at, bytes, have, some);
            at += some;
            have += some;
        }
        return bytes;
    }

    private void more(long end) {
        byte[] next = line.read(Duration.ofNanos(end - System.nanoTime()));
        if (next == null) {
            throw new CloseConnectionException("the client has left");
        }
        held = next;
        at = 0;
    }
}
