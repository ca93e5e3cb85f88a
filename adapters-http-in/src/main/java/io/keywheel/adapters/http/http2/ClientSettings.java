package io.keywheel.adapters.http.http2;

import java.nio.ByteBuffer;
import java.util.List;

/// What each side allows the other.
final class ClientSettings {

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
    private final Credit credit;

    ClientSettings(Streams streams, Outlet outlet, Windows windows, Credit credit) {
        this.streams = streams;
        this.outlet = outlet;
        this.windows = windows;
        this.credit = credit;
    }

    /// Says what this side allows.
    void greet(int mostStreams) {
        var settings = ByteBuffer.allocate(12)
                .putShort((short) MAX_CONCURRENT_STREAMS)
                .putInt(mostStreams)
                .putShort((short) MAX_HEADER_LIST_SIZE)
                .putInt(MOST_OF_HEAD);
        outlet.put(new Frame(Frame.SETTINGS, 0, 0, settings.array()));
    }

    /// Does as the client says.
    void take(Frame frame) {
        frame.mustBeOfAll();
        credit.frame();
        if (frame.has(Frame.ACK)) {
            frame.mustHave(0);
            return;
        }
        var settings = ByteBuffer.wrap(frame.payload());
        if (settings.remaining() % 6 != 0) {
            throw new BrokenConnectionException(ErrorCode.FRAME_SIZE_ERROR, "half a setting");
        }
        while (settings.hasRemaining()) {
            credit.frame();
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
            credit.allWindows(all.size());
            windows.initial(value, all);
        }
    }
}
