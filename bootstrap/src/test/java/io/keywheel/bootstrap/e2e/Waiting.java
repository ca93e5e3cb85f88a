package io.keywheel.bootstrap.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another process or thread is about to do.
final class Waiting {

    private static final Duration LONGEST = Duration.ofSeconds(20);

    private Waiting() {}

    static void until(BooleanSupplier condition) {
        within(LONGEST, condition);
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
