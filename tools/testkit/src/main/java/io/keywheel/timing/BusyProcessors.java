package io.keywheel.timing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Keeps virtual threads from running, as a burst of work does. A test that uses it must be isolated.
public final class BusyProcessors {

    private BusyProcessors() {}

    /// Takes all processors of virtual threads for `time`. Returns when they are taken.
    ///
    /// @return the end of that time, in [System#nanoTime]
    public static long take(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        var taken = new CountDownLatch(Runtime.getRuntime().availableProcessors());
        for (long i = taken.getCount(); i > 0; i--) {
            Thread.startVirtualThread(() -> {
                taken.countDown();
                while (System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
            });
        }
        taken.await();
        return end;
    }
}
