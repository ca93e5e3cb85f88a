package io.keywheel.adapters.http.http2;

import java.io.ByteArrayOutputStream;
import java.time.Duration;

/// A packed head, whose pieces come in frames right after each other.
final class HeadBlock {

    private static final int MOST_BYTES = 32 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int stream;
    private final boolean endsStream;
    private final long end;

    /// @param patience how long the whole may take
    HeadBlock(Frame first, Duration patience) {
        this.stream = first.stream();
        this.endsStream = first.has(Frame.END_STREAM);
        this.end = System.nanoTime() + patience.toNanos();
        byte[] payload = first.unpadded();
        int from = first.has(Frame.PRIORITISED) ? 5 : 0;
        if (from > payload.length) {
            throw new BrokenConnectionException(ErrorCode.FRAME_SIZE_ERROR, "a head without its priority");
        }
        bytes.write(payload, from, payload.length - from);
    }

    int stream() {
        return stream;
    }

    boolean endsStream() {
        return endsStream;
    }

    void add(byte[] more) {
        bytes.writeBytes(more);
        if (bytes.size() > MOST_BYTES || System.nanoTime() - end > 0) {
            throw new BrokenConnectionException(ErrorCode.ENHANCE_YOUR_CALM, "a head without an end");
        }
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
