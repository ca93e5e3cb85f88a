package io.keywheel.soak;

import io.keywheel.store.StoreServer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Pauses, stops and restarts the store of several gateways in turn until it is closed. The store runs
/// afterwards.
final class StoreFaults implements AutoCloseable {

    /// Longer than a gateway's first pause before it reconnects.
    private static final long MILLIS = 700;

    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    StoreFaults(StoreServer store) {
        var _ = timer.scheduleWithFixedDelay(
                () -> during(pauses, store::pause, store::goOn), 2 * MILLIS, 5 * MILLIS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(
                () -> during(ends, store::kill, store::startAgain), 5 * MILLIS, 5 * MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void during(AtomicInteger count, Runnable begin, Runnable end) {
        begin.run();
        count.incrementAndGet();
        try {
            TimeUnit.MILLISECONDS.sleep(MILLIS);
        } catch (InterruptedException _) {
            // [#close] was called: the store is restored below.
        } finally {
            end.run();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        timer.close();
    }
}
