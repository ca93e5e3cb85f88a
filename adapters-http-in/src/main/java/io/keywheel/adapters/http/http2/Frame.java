package io.keywheel.adapters.http.http2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What HTTP/2 is made of.
final class Frame {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 0x1;
    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITISED = 0x20;

    static final int HEAD_BYTES = 9;

    /// The most that either side takes, unless it says otherwise. We do not.
    static final int MOST_BYTES = 16_384;

    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    /// @param stream 0 for the connection as a whole
    Frame(int type, int flags, int stream, byte[] payload) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.payload = payload;
    }

    int type() {
        return type;
    }

    int stream() {
        return stream;
    }

    byte[] payload() {
        return payload;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    byte[] bytes() {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /// The payload without its padding.
    byte[] unpadded() {
        if (!has(PADDED)) {
            return payload;
        }
        int padding = payload.length == 0 ? 0 : payload[0] & 0xff;
        if (padding >= payload.length) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "more padding than frame");
        }
        return Arrays.copyOfRange(payload, 1, payload.length - padding);
    }

    /// @throws BrokenConnectionException if the payload is not of this length
    void mustHave(int bytes) {
        if (payload.length != bytes) {
            throw new BrokenConnectionException(ErrorCode.FRAME_SIZE_ERROR, "a frame of the wrong length");
        }
    }

    /// @throws BrokenConnectionException if it is about a single stream
    void mustBeOfAll() {
        if (stream != 0) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "not about a stream");
        }
    }

    /// The number at the payload's begin, without its first bit, which says nothing.
    int number() {
        return ByteBuffer.wrap(payload).getInt() & 0x7fff_ffff;
    }

    static Frame of(int type, int stream, int... numbers) {
        var payload = ByteBuffer.allocate(4 * numbers.length);
        Arrays.stream(numbers).forEach(payload::putInt);
        return new Frame(type, 0, stream, payload.array());
    }

    /// A head, in as many frames as it takes.
    ///
    /// @param fields packed
    static List<Frame> head(int stream, byte[] fields, boolean ends) {
        List<Frame> frames = new ArrayList<>();
        int at = 0;
        do {
            int some = Math.min(MOST_BYTES, fields.length - at);
            int flags = (ends && at == 0 ? END_STREAM : 0) | (at + some == fields.length ? END_HEADERS : 0);
            int type = at == 0 ? HEADERS : CONTINUATION;
            frames.add(new Frame(type, flags, stream, Arrays.copyOfRange(fields, at, at + some)));
            at += some;
        } while (at < fields.length);
        return frames;
    }

    static Frame reset(int stream, ErrorCode code) {
        return of(RST_STREAM, stream, code.number());
    }

    static Frame windowUpdate(int stream, int bytes) {
        return of(WINDOW_UPDATE, stream, bytes);
    }

    static Frame goAway(int lastStream, ErrorCode code) {
        return of(GOAWAY, 0, lastStream, code.number());
    }
}
