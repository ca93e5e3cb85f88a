package io.keywheel.adapters.http.status;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One cached snapshot serves all callers; without callers none is taken.
///
/// A snapshot of many keys and models takes time, and chats wait meanwhile. The pause after it is nine times as long,
/// so that snapshots usually take at most a tenth of the time. The shorter of the last two durations counts: the
/// first snapshot loads classes, and the machine may pause during any. The pause is at most [#LONGEST_PAUSE], because
/// the process may have been suspended during the snapshots, and at least the period. Thread-safe.
final class CachedSnapshot<T> {

    private static final int PAUSE_FACTOR = 9;
    private static final long LONGEST_PAUSE = Duration.ofSeconds(30).toNanos();

    private final Supplier<T> loader;
    private final long period;
    private final LongSupplier nanos;
    private @Nullable T last;
    private long next;
    private long lastTook;

    /// @param period how long a snapshot is reused at least
    /// @param nanos the clock, as [System#nanoTime]
    CachedSnapshot(Duration period, Supplier<T> loader, LongSupplier nanos) {
        this.loader = loader;
        this.period = period.toNanos();
        this.nanos = nanos;
    }

    synchronized T get() {
        long began = nanos.getAsLong();
        if (last != null && began - next < 0) {
            return last;
        }
        T loaded = loader.get();
        long took = nanos.getAsLong() - began;
        long usual = Math.min(took, lastTook);
        next = began + took + Math.max(period, Math.min(usual * PAUSE_FACTOR, LONGEST_PAUSE));
        lastTook = took;
        last = loaded;
        return loaded;
    }
}
