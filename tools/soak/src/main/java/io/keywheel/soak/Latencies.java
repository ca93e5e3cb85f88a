package io.keywheel.soak;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/// A histogram of durations in milliseconds, in constant memory. Thread-safe.
final class Latencies {

    private static final int MOST_MILLIS = 60_000;

    private final AtomicLongArray counts = new AtomicLongArray(MOST_MILLIS + 1);

    void add(Duration duration) {
        counts.incrementAndGet(Math.clamp(duration.toMillis(), 0, MOST_MILLIS));
    }

    /// The percentile in milliseconds; 0 without durations.
    long percentile(double percent) {
        long all = 0;
        for (int i = 0; i <= MOST_MILLIS; i++) {
            all += counts.get(i);
        }
        long wanted = Math.max(1, (long) Math.ceil(all * percent / 100));
        long seen = 0;
        for (int i = 0; i <= MOST_MILLIS; i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return i;
            }
        }
        return 0;
    }
}
