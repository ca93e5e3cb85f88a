package io.keywheel.bootstrap.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// A clock that never jumps: it reads the wall clock once, and advances by [System#nanoTime].
///
/// Its instants are for durations and deadlines. [#wallTime] converts them for users.
final class MonotonicClock implements InstantSource {

    /// Smaller differences between the clocks are ignored, so that an instant keeps its wall time.
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

    /// The wall time of `moment`, unless the wall clock is set before then. [Instant#MAX] stays as it is.
    Instant wallTime(Instant moment) {
        Duration now = Duration.between(instant(), wall.instant());
        if (now.minus(offset).abs().compareTo(DRIFT) >= 0) {
            offset = now;
        }
        return moment.equals(Instant.MAX) ? moment : moment.plus(offset);
    }

    /// The current wall time, consistent with [#wallTime(Instant)].
    Instant wallTime() {
        return wallTime(instant());
    }
}
