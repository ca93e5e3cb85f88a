package io.keywheel.adapters.llm.kit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How long an attempt may still take: as a whole, and until what comes next.
final class Patience {

    /// A timer may go off this much before its time.
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(5);

    private final long deadline;
    private long limit;

    /// @param whole for all of it
    /// @param first until the answer has begun
    Patience(Duration whole, Duration first) {
        this.deadline = System.nanoTime() + whole.toNanos();
        allow(first);
    }

    /// What comes next may take so long.
    void allow(Duration longest) {
        limit = System.nanoTime() + longest.toNanos();
    }

    long nanosLeft() {
        return Math.min(limit, deadline) - System.nanoTime();
    }

    /// Whether it is the whole that took too long.
    boolean isOutOfTime() {
        return deadline < limit && deadline - System.nanoTime() <= SLACK;
    }
}
