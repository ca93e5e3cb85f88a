package io.keywheel.bootstrap.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// A clock that never jumps: it reads the wall clock once, and advances by [System#nanoTime].
///
/// Its moments are for durations and deadlines. [#wallTime] converts them for users.
final class MonotonicClock implements InstantSource {

    /// The wall clock drifts by less all the time; moments that users compare stay the same meanwhile.
    private static final Duration DRIFT = Duration.ofSeconds(1);

    private final InstantSource wall;
    private final LongSupplier nanoTime;
    private final Instant start;
    private final long startNanos;
    private volatile Duration offset = Duration.ZERO;

    MonotonicClock() {
        this(InstantSource.system(), System::nanoTime);
    }

    MonotonicClock(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.start = wall.instant();
        this.startNanos = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoTime.getAsLong() - startNanos);
    }

    /// What the wall clock shows at `moment`, if it is not set again before. [Instant#MAX] stays what it is.
    Instant wallTime(Instant moment) {
        Duration now = Duration.between(instant(), wall.instant());
        if (now.minus(offset).abs().compareTo(DRIFT) >= 0) {
            offset = now;
        }
        return moment.equals(Instant.MAX) ? moment : moment.plus(offset);
    }

    /// What the wall clock shows now, consistent with the moments of [#wallTime].
    Instant wallTime() {
        return wallTime(instant());
    }
}
