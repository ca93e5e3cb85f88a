package io.keywheel.adapters.http.http2;

import java.util.function.LongSupplier;

/// How much a client may ask of us that costs it nothing: pings, settings, streams that are reset, frames that say
/// nothing. What it may is earned with time, and with what it takes from us.
final class Calm {

    private static final int MOST = 1000;
    private static final int PER_SECOND = 100;

    /// Clients acknowledge what they got, in up to two frames for one of ours.
    private static final int PER_FRAME = 3;

    /// A stream that came to nothing has cost us more than a frame.
    private static final int STREAM = 10;

    private final LongSupplier nanoTime;
    private double left = MOST;
    private long last;

    Calm(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /// A frame went to the client.
    synchronized void earn() {
        left = Math.min(MOST, left + PER_FRAME);
    }

    void frame() {
        spend(1);
    }

    void lostStream() {
        spend(STREAM);
    }

    private synchronized void spend(int cost) {
        long now = nanoTime.getAsLong();
        left = Math.min(MOST, left + (now - last) / 1e9 * PER_SECOND) - cost;
        last = now;
        if (left < 0) {
            throw new BrokenConnectionException(ErrorCode.ENHANCE_YOUR_CALM, "too many frames that cost nothing");
        }
    }
}
