package io.keywheel.simulator;

import java.time.Duration;
import java.time.Instant;

/// So many units per period, refilled evenly, full at first. Not safe for use by several threads.
final class Bucket {

    private final long capacity;
    private final double perSecond;
    private double level;
    private Instant asOf;

    Bucket(long capacity, Duration period, Instant now) {
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

    /// Zero when there are enough.
    Duration until(long units, Instant now) {
        refill(now);
        double missing = (double) units - level;
        // A unit short by a rounding error is not short.
        return missing <= 1e-6 ? Duration.ZERO : Duration.ofMillis((long) Math.ceil(missing / perSecond * 1000));
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
