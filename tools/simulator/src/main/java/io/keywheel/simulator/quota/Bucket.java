package io.keywheel.simulator.quota;

import java.time.Duration;
import java.time.Instant;

/// A bucket of units per period, initially full, which refills continuously. Not thread-safe.
public final class Bucket {

    private final long capacity;
    private final double perSecond;
    private double level;

    /// The time of `level`.
    private Instant asOf;

    /// Creates a full bucket.
    public Bucket(long capacity, Duration period, Instant now) {
        this.capacity = capacity;
        this.perSecond = (double) capacity * 1e9 / (double) period.toNanos();
        this.level = (double) capacity;
        this.asOf = now;
    }

    long capacity() {
        return capacity;
    }

    long remaining(Instant now) {
        refill(now);
        return (long) level;
    }

    /// The time until `units` are available; zero if they are.
    Duration until(long units, Instant now) {
        refill(now);
        double missing = (double) units - level;
        // Tolerates rounding errors.
        if (missing <= 1e-6) {
            return Duration.ZERO;
        }
        return Duration.ofMillis((long) Math.ceil(missing / perSecond * 1000));
    }

    void take(long units, Instant now) {
        refill(now);
        level -= (double) units;
    }

    private void refill(Instant now) {
        if (now.isAfter(asOf)) {
            level = Math.min(
                    (double) capacity,
                    level + (double) Duration.between(asOf, now).toNanos() / 1e9 * perSecond);
            asOf = now;
        }
    }
}
