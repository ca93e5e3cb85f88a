package io.keywheel.adapters.http.http2;

import io.keywheel.adapters.http.hpack.FieldDecoder;
import io.keywheel.adapters.http.http2.Http2.Limits;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client says, frame by frame.
final class ClientFrames {

    /// How much of earlier heads a head may refer to.
    private static final int TABLE = 4096;

    private static final int WINDOW = 1 << 20;
    private static final int FIRST_WINDOW = 65_535;

    private static final int ENABLE_PUSH = 2;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    private static final int MOST_OF_HEAD = 16 * 1024;
    private static final int LARGEST_FRAME = (1 << 24) - 1;

    private final Streams streams;
    private final Outlet outlet;
    private final Windows windows;
    private final Calm calm;
    private final Limits limits;
    private final FieldDecoder decoder = new FieldDecoder(TABLE);
    private @Nullable HeadBlock head;
    private int window = WINDOW;

    ClientFrames(Streams streams, Outlet outlet, Windows windows, Calm calm, Limits limits) {
        this.streams = streams;
        this.outlet = outlet;
        this.windows = windows;
        this.calm = calm;
        this.limits = limits;
    }

    /// Says what this side allows.
    void greet() {
        var settings = ByteBuffer.allocate(12)
                .putShort((short) MAX_CONCURRENT_STREAMS)
                .putInt(limits.streamsOfOne())
                .putShort((short) MAX_HEADER_LIST_SIZE)
                .putInt(MOST_OF_HEAD);
        outlet.put(new Frame(Frame.SETTINGS, 0, 0, settings.array()));
        outlet.put(Frame.windowUpdate(0, WINDOW - FIRST_WINDOW));
    }

    /// Whether the next one is due at once.
    boolean areAmidHead() {
        return head != null;
    }

    void first(Frame frame) {
        if (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK)) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "no settings");
        }
        take(frame);
    }

    void take(Frame frame) {
        try {
            if (head == null) {
                dispatch(frame);
            } else {
                continued(head, frame);
            }
        } catch (BrokenStreamException e) {
            if (frame.stream() == 0) {
                throw new BrokenConnectionException(e.code(), "of the whole connection");
            }
            charge(e);
            streams.reset(frame.stream(), e.code());
        } catch (FieldDecoder.BrokenException _) {
            throw new BrokenConnectionException(ErrorCode.COMPRESSION_ERROR, "a head that cannot be unpacked");
        }
    }

    /// Where there is no room for more, clients keep what they have.
    private void charge(BrokenStreamException e) {
        if (e.isForRoom()) {
            calm.frame();
        } else {
            calm.lostStream();
        }
    }

    private void dispatch(Frame frame) {
        switch (frame.type()) {
            case Frame.DATA -> data(frame);
            case Frame.HEADERS -> headers(frame);
            case Frame.PRIORITY -> priority(frame);
            case Frame.RST_STREAM -> reset(frame);
            case Frame.SETTINGS -> settings(frame);
            case Frame.PING -> ping(frame);
            case Frame.WINDOW_UPDATE -> windowUpdate(frame);
            case Frame.PUSH_PROMISE, Frame.CONTINUATION ->
                throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a frame out of place");
            default -> calm.frame();
        }
    }

    private void data(Frame frame) {
        Http2Stream stream = streams.get(frame.stream());
        window -= frame.payload().length;
        if (window < 0) {
            throw new BrokenConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "more than the window");
        }
        if (window < WINDOW / 2) {
            // What is held is bounded by the windows of the streams: one that nobody reads holds no other up.
            outlet.put(Frame.windowUpdate(0, WINDOW - window));
            window = WINDOW;
        }
        byte[] data = frame.unpadded();
        boolean ends = frame.has(Frame.END_STREAM);
        if (stream == null) {
            calm.data(frame.payload().length);
        } else {
            if (data.length == 0 && !ends) {
                calm.frame();
            }
            stream.data(data, frame.payload().length, ends);
        }
    }

    private void headers(Frame frame) {
        if (frame.stream() % 2 == 0) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "not a client's stream");
        }
        var begun = new HeadBlock(frame, limits.head());
        if (frame.has(Frame.END_HEADERS)) {
            take(begun);
        } else {
            head = begun;
        }
    }

    private void continued(HeadBlock begun, Frame frame) {
        if (frame.type() != Frame.CONTINUATION || frame.stream() != begun.stream()) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a frame amid a head");
        }
        calm.frame();
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
            calm.frame();
            streams.reset(whole.stream(), ErrorCode.STREAM_CLOSED);
        } else {
            fields.mustBeTrailers(whole.endsStream());
            stream.end();
        }
    }

    private void priority(Frame frame) {
        frame.mustHave(5);
        if (frame.stream() == 0) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a priority of no stream");
        }
        calm.frame();
    }

    private void reset(Frame frame) {
        frame.mustHave(4);
        Http2Stream stream = streams.get(frame.stream());
        if (stream == null) {
            calm.frame();
        } else {
            stream.leave();
            calm.lostStream();
        }
    }

    private void settings(Frame frame) {
        mustBeOfAll(frame);
        calm.frame();
        if (frame.has(Frame.ACK)) {
            frame.mustHave(0);
            return;
        }
        var settings = ByteBuffer.wrap(frame.payload());
        if (settings.remaining() % 6 != 0) {
            throw new BrokenConnectionException(ErrorCode.FRAME_SIZE_ERROR, "half a setting");
        }
        while (settings.hasRemaining()) {
            calm.frame();
            set(settings.getShort(), settings.getInt() & 0xffff_ffffL);
        }
        outlet.put(new Frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]));
    }

    private void set(int setting, long value) {
        boolean isWrong = switch (setting) {
            case ENABLE_PUSH -> value > 1;
            case MAX_FRAME_SIZE -> value < Frame.MOST_BYTES || value > LARGEST_FRAME;
            default -> false;
        };
        if (isWrong) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "a setting that cannot be");
        }
        if (setting == INITIAL_WINDOW_SIZE) {
            List<Windows.Window> all = streams.windows();
            calm.allWindows(all.size());
            windows.initial(value, all);
        }
    }

    private void ping(Frame frame) {
        mustBeOfAll(frame);
        frame.mustHave(8);
        calm.frame();
        if (!frame.has(Frame.ACK)) {
            outlet.put(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()));
        }
    }

    private void windowUpdate(Frame frame) {
        frame.mustHave(4);
        calm.frame();
        if (frame.number() == 0) {
            throw new BrokenStreamException(ErrorCode.PROTOCOL_ERROR, "a window that grows by nothing");
        }
        if (frame.stream() == 0) {
            windows.widen(frame.number());
            return;
        }
        Http2Stream stream = streams.get(frame.stream());
        if (stream != null) {
            stream.window().widen(frame.number());
        }
    }

    private static void mustBeOfAll(Frame frame) {
        if (frame.stream() != 0) {
            throw new BrokenConnectionException(ErrorCode.PROTOCOL_ERROR, "not about a stream");
        }
    }
}
