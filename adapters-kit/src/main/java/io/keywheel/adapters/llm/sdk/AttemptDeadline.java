package io.keywheel.adapters.llm.sdk;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How long an attempt may still take: as a whole, and until what comes next.
final class AttemptDeadline {

    /// A timer may go off this much before its time.
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(5);

    /// So long, some seventy years, is for ever.
    private static final long LONGEST = Long.MAX_VALUE / 4;

    private final long deadline;
    private long limit;

    /// @param whole for all of it
    /// @param first until the answer has begun
    AttemptDeadline(Duration whole, Duration first) {
        this.deadline = System.nanoTime() + nanos(whole);
        allow(first);
    }

    /// For what no shorter limit applies to.
    AttemptDeadline(Duration whole) {
        this.deadline = System.nanoTime() + nanos(whole);
        this.limit = deadline + 1;
    }

    private static long nanos(Duration duration) {
        return Math.clamp(TimeUnit.NANOSECONDS.convert(duration), 0, LONGEST);
    }

    /// What comes next may take so long.
    void allow(Duration longest) {
        limit = System.nanoTime() + nanos(longest);
    }

    long nanosLeft() {
        long now = System.nanoTime();
        return Math.min(limit - now, deadline - now);
    }

    /// Whether it is the whole that took too long.
    boolean isOutOfTime() {
        return deadline - limit < 0 && deadline - System.nanoTime() <= SLACK;
    }
}
