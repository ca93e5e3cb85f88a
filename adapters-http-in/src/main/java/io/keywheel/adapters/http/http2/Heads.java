package io.keywheel.adapters.http.http2;

import io.keywheel.adapters.http.hpack.FieldDecoder;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The heads of requests, each in one frame or in several that come right after each other.
final class Heads {

    /// How much of earlier heads a head may refer to.
    private static final int TABLE = 4096;

    private final Streams streams;
    private final Credit credit;
    private final Duration patience;
    private final FieldDecoder decoder = new FieldDecoder(TABLE);
    private @Nullable HeadBlock head;

    /// @param patience how long one may take
    Heads(Streams streams, Credit credit, Duration patience) {
        this.streams = streams;
        this.credit = credit;
        this.patience = patience;
    }

    /// Whether one has begun that has not ended.
    boolean areBegun() {
        return head != null;
    }

    void begin(Frame frame) {
        if (frame.stream() % 2 == 0) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "not a client's stream");
        }
        var begun = new HeadBlock(frame, patience);
        if (frame.has(Frame.END_HEADERS)) {
            take(begun);
        } else {
            head = begun;
        }
    }

    /// In the midst of one, nothing else may come.
    void goOn(Frame frame) {
        HeadBlock begun = Objects.requireNonNull(head);
        if (frame.type() != Frame.CONTINUATION || frame.stream() != begun.stream()) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a frame amid a head");
        }
        credit.frame();
        begun.add(frame.payload());
        if (frame.has(Frame.END_HEADERS)) {
            head = null;
            take(begun);
        }
    }

    private void take(HeadBlock whole) {
        var fields = new RequestHead();
        decoder.decode(whole.bytes(), fields);
        if (whole.stream() > streams.last()) {
            streams.open(whole.stream(), fields, whole.endsStream());
            return;
        }
        Http2Stream stream = streams.get(whole.stream());
        if (stream == null) {
            credit.frame();
            streams.reset(whole.stream(), ErrorCode.STREAM_CLOSED);
        } else {
            fields.mustBeTrailers(whole.endsStream());
            stream.end();
        }
    }
}
