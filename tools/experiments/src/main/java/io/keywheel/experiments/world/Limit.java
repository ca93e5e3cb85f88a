package io.keywheel.experiments.world;

import java.time.Duration;
import java.time.Instant;

/// A limit and how much of it is used. Time must not run backwards.
public sealed interface Limit permits Bucket, Window {

    Measure measure();

    /// How long until `units` may be taken, if nobody else takes any; zero when they may be now.
    Duration until(long units, Instant now);

    /// Takes `units`, of which there must be enough.
    void take(long units, Instant now);

    long remaining(Instant now);

    /// How long until nothing of it is used, if nobody takes any.
    Duration reset(Instant now);

    /// The most that anybody could take from `from` to `to`. To be asked at `from`.
    double most(Instant from, Instant to);

    /// What the headers say.
    default Gauge gauge(Instant now) {
        return gauge(measure().header(), now);
    }

    /// What the words of a refusal say.
    default Gauge counters(Instant now) {
        return gauge(measure().spelt(), now);
    }

    private Gauge gauge(String name, Instant now) {
        return new Gauge(name, measure().capacity(), remaining(now), reset(now), this instanceof Bucket);
    }
}
