package io.keywheel.experiments.world;

import java.time.Duration;
import java.time.Instant;

/// Refills evenly, as Groq's limits do.
public final class Bucket implements Limit {

    /// A unit short by a rounding error is not short.
    private static final double NOTHING = 1e-6;

    private final Measure measure;
    private final double perNano;
    private double level;
    private Instant asOf;

    public Bucket(Measure measure, Instant now) {
        this.measure = measure;
        this.perNano = (double) measure.capacity() / (double) measure.period().toNanos();
        this.level = (double) measure.capacity();
        this.asOf = now;
    }

    @Override
    public Measure measure() {
        return measure;
    }

    @Override
    public Duration until(long units, Instant now) {
        return untilLevel((double) units, now);
    }

    @Override
    public void take(long units, Instant now) {
        refill(now);
        level -= (double) units;
    }

    @Override
    public long remaining(Instant now) {
        refill(now);
        return (long) (level + NOTHING);
    }

    @Override
    public Duration reset(Instant now) {
        return untilLevel((double) measure.capacity(), now);
    }

    @Override
    public double most(Instant from, Instant to) {
        refill(from);
        return level + perNano * (double) Duration.between(from, to).toNanos();
    }

    private Duration untilLevel(double wanted, Instant now) {
        refill(now);
        double missing = wanted - level;
        return missing <= NOTHING ? Duration.ZERO : Duration.ofNanos((long) Math.ceil(missing / perNano));
    }

    private void refill(Instant now) {
        level = Math.min(
                (double) measure.capacity(),
                level + perNano * (double) Duration.between(asOf, now).toNanos());
        asOf = now;
    }
}
