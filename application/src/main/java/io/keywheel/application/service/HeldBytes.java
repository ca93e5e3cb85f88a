package io.keywheel.application.service;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that all streams share for chunks before their first content.
///
/// Each stream may hold [#MOST_PER_STREAM] at most, which its [CommitGate] checks. The first [#FREE_PER_STREAM] bytes
/// of a stream are never refused. A healthy stream needs a few hundred, so 1024 streams of a hostile provider cannot
/// keep others from beginning.
final class HeldBytes {

    static final long MOST_PER_STREAM = 1 << 20;

    /// The bytes that each stream may hold back without using the shared memory.
    static final long FREE_PER_STREAM = 16 << 10;

    /// The bytes that all streams may hold back beyond [#FREE_PER_STREAM]. With 1024 streams, the total is at most
    /// 32 MiB.
    static final long MOST_SHARED = 16 << 20;

    private final AtomicLong left = new AtomicLong(MOST_SHARED);

    /// Changes how much one stream holds.
    ///
    /// @return whether there is room; if not, nothing has changed
    boolean change(long before, long after) {
        long more = beyondFree(after) - beyondFree(before);
        return left.getAndUpdate(free -> free < more ? free : free - more) >= more;
    }

    private static long beyondFree(long held) {
        return Math.max(0, held - FREE_PER_STREAM);
    }
}
