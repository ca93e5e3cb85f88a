package io.keywheel.bootstrap.e2e;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Waits for what another process or thread is about to do.
final class Waiting {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Duration STEADY = Duration.ofMillis(500);

    private Waiting() {}

    static void until(BooleanSupplier condition) {
        within(LONGEST, condition);
    }

    /// What `figure` is once it has stood still for a while.
    static long untilSteady(LongSupplier figure) {
        var last = new AtomicLong(figure.getAsLong());
        var since = new AtomicLong(System.nanoTime());
        until(() -> {
            long now = figure.getAsLong();
            if (now != last.getAndSet(now)) {
                since.set(System.nanoTime());
            }
            return System.nanoTime() - since.get() > STEADY.toNanos();
        });
        return last.get();
    }

    static void within(Duration bound, BooleanSupplier condition) {
        long end = System.nanoTime() + bound.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen within " + bound);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
