package io.keywheel.timing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Polls until another process or thread has reached a state.
public final class Waiting {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(5);

    /// Half a second in many short polls, so that a stall of the machine delays only one.
    private static final int STEADY_LOOKS = 100;

    private Waiting() {}

    public static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen within " + LONGEST);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /// Waits until `figure` stops changing, and returns it.
    public static long untilSteady(LongSupplier figure) {
        var last = new AtomicLong(figure.getAsLong());
        var looks = new AtomicInteger();
        until(() -> {
            long now = figure.getAsLong();
            looks.set(now == last.getAndSet(now) ? looks.get() + 1 : 0);
            return looks.get() == STEADY_LOOKS;
        });
        return last.get();
    }
}
