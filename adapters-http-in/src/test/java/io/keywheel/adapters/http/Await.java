package io.keywheel.adapters.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition, at most 30 seconds.
public final class Await {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Await() {}

    public static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nothing happened within " + LONGEST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Blocks until this thread is interrupted; returns false after 30 seconds.
    static boolean interrupt() {
        try {
            return new CountDownLatch(1).await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Pauses for tests of elapsed time.
    static void millis(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /// Waits until `count` is positive and unchanged for 100 polls.
    static void still(AtomicLong count) {
        var last = new AtomicLong();
        var looks = new AtomicInteger();
        until("it stands", () -> {
            long now = count.get();
            looks.set(now > 0 && now == last.getAndSet(now) ? looks.get() + 1 : 0);
            // A pause of the whole machine delays only one poll.
            return looks.get() == 100;
        });
    }

    static boolean ended(Thread thread) {
        try {
            return thread.join(LONGEST);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
