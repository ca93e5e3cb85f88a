package io.keywheel.adapters.http.http2;

import java.util.function.LongSupplier;

/// How much a client may ask of us that costs it nothing: pings, settings, streams that are reset, frames that
/// say nothing. What it may is earned with time, and with what it takes from us.
final class Credit {

    private static final int MOST = 1000;
    private static final int PER_SECOND = 100;

    /// Clients acknowledge what they got in up to two frames for one of ours, and where a window ends amid a
    /// piece, that comes in two. But who takes it byte by byte earns it once only.
    private static final int PER_PIECE = 4;

    private static final double BYTES = 256;

    /// A stream that came to nothing has cost us more than a frame.
    private static final int STREAM = 10;

    /// So many windows are widened for what a frame costs.
    private static final double WINDOWS = 10;

    private final LongSupplier nanoTime;
    private double left = MOST;
    private long last;

    Credit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /// A frame went to the client.
    ///
    /// @param endsPiece whether with it went all that was to be sent then
    synchronized void earn(int bytes, boolean endsPiece) {
        left = Math.min(MOST, left + bytes / BYTES + (endsPiece ? PER_PIECE : 0));
    }

    void frame() {
        spend(1);
    }

    /// Data for nobody. Full frames are what a client had on the way when it was refused, and as dear to it as
    /// to us; small ones are not.
    void data(int bytes) {
        spend(Math.max(0, 1 - bytes / BYTES));
    }

    void lostStream() {
        spend(STREAM);
    }

    void allWindows(int streams) {
        spend(streams / WINDOWS);
    }

    /// The client has left an answer lying until its stream was cut. It shows at the client's next frame:
    /// nobody else could end the connection.
    synchronized void unread() {
        left -= STREAM;
    }

    private synchronized void spend(double cost) {
        long now = nanoTime.getAsLong();
        left = Math.min(MOST, left + (now - last) / 1e9 * PER_SECOND) - cost;
        last = now;
        if (left < 0) {
            throw new BrokenConnectionException(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that cost nothing");
        }
    }
}
