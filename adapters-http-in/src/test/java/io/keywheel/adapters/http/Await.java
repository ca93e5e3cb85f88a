package io.keywheel.adapters.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Waits at most 30 seconds.
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

    static boolean ended(Thread thread) {
        try {
            return thread.join(LONGEST);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
