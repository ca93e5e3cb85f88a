package io.keywheel.experiments.world;

import java.time.Duration;
import java.time.Instant;

/// Forgets what was used at the end of each period, as Cerebras' limits do.
public final class Window implements Limit {

    private final Measure measure;
    private long used;
    private Instant ends;

    /// @param ends when the period ends that is under way
    public Window(Measure measure, Instant ends) {
        this.measure = measure;
        this.ends = ends;
    }

    @Override
    public Measure measure() {
        return measure;
    }

    @Override
    public Duration until(long units, Instant now) {
        return units <= remaining(now) ? Duration.ZERO : Duration.between(now, ends);
    }

    @Override
    public void take(long units, Instant now) {
        turn(now);
        used += units;
    }

    @Override
    public long remaining(Instant now) {
        turn(now);
        return measure.capacity() - used;
    }

    @Override
    public Duration reset(Instant now) {
        turn(now);
        return Duration.between(now, ends);
    }

    @Override
    public double most(Instant from, Instant to) {
        turn(from);
        long further =
                to.isAfter(ends) ? 1 + Duration.between(ends, to).minusNanos(1).dividedBy(measure.period()) : 0;
        return (double) ((1 + further) * measure.capacity() - used);
    }

    private void turn(Instant now) {
        while (!now.isBefore(ends)) {
            ends = ends.plus(measure.period());
            used = 0;
        }
    }
}
