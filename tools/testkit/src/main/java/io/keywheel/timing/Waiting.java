package io.keywheel.timing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Waits until another process or thread has reached a state.
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

    public static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("it did not happen within " + LONGEST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Blocks until this thread is interrupted; returns false if that does not happen.
    public static boolean interrupt() {
        try {
            return new CountDownLatch(1).await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Pauses for at least `time`, for tests of elapsed time.
    public static void pause(Duration time) {
        for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() - end < 0; ) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

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
