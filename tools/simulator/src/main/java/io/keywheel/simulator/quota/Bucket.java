package io.keywheel.simulator.quota;

import java.time.Duration;
import java.time.Instant;

/// A bucket of units per period, initially full. It refills continuously, or completely at the end of each
/// period. Not thread-safe.
public final class Bucket {

    private final long capacity;
    private final double perSecond;
    private final Duration period;
    private final boolean atOnce;
    private double level;

    /// The time of `level`; if the bucket refills at once, the start of the current period.
    private Instant asOf;

    /// Creates a full bucket.
    public Bucket(long capacity, Duration period, boolean atOnce, Instant now) {
        this.capacity = capacity;
        this.period = period;
        this.atOnce = atOnce;
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
        double millis = atOnce ? Duration.between(now, asOf.plus(period)).toNanos() / 1e6 : missing / perSecond * 1000;
        return Duration.ofMillis((long) Math.ceil(millis));
    }

    void take(long units, Instant now) {
        refill(now);
        level -= (double) units;
    }

    private void refill(Instant now) {
        if (atOnce) {
            long periods = Duration.between(asOf, now).dividedBy(period);
            if (periods > 0) {
                level = (double) capacity;
                asOf = asOf.plus(period.multipliedBy(periods));
            }
        } else if (now.isAfter(asOf)) {
            level = Math.min(
                    (double) capacity,
                    level + (double) Duration.between(asOf, now).toNanos() / 1e9 * perSecond);
            asOf = now;
        }
    }
}
