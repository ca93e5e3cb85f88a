package io.keywheel.bootstrap.command;

import java.util.function.LongSupplier;

/// Collects the old generation when the heap has doubled, and some time after a peak, so that memory returns to the
/// system. The serial collector itself waits until the heap has its full size.
///
/// Overlapping calls of the JDK's HTTP client fill the old generation: each ended call refers to a later one, so one
/// in the old generation keeps all that follow.
final class HeapTrimmer {

    private final LongSupplier heapBytes;
    private final Runnable collect;
    private final long lowestLimit;
    private long limit;

    /// @param heapBytes the memory that the heap takes from the system
    /// @param collect makes a full collection
    HeapTrimmer(LongSupplier heapBytes, Runnable collect) {
        this.heapBytes = heapBytes;
        this.collect = collect;
        lowestLimit = 2 * heapBytes.getAsLong();
        limit = lowestLimit;
    }

    /// To be called every ten seconds. The limit falls at each call: what was in use at a peak may be garbage now.
    void trim() {
        limit = Math.max(lowestLimit, limit - limit / 32);
        if (heapBytes.getAsLong() > limit) {
            collect.run();
            limit = 2 * heapBytes.getAsLong();
        }
    }
}
