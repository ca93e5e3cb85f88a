package io.keywheel.bootstrap.gateway;

import io.keywheel.application.port.out.UsageStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Saves usage twice a second on a background thread, so that no request waits for the disk. After a failure,
/// usage stays in memory. The first failure is logged, and the writer retries every ten seconds.
final class UsageWriter implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.usage");

    private static final Duration PERIOD = Duration.ofMillis(500);

    private static final int PERIODS_BETWEEN_ATTEMPTS = 20;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("usage").daemon().factory());
    private final Runnable save;
    private final Runnable closeStore;

    // Both are written by the timer thread alone.
    private volatile boolean isFailing;

    private int skipped;

    /// @param save throws [UsageStore.NotSavedException] if the disk write fails
    UsageWriter(Runnable save, Runnable closeStore) {
        this.save = save;
        this.closeStore = closeStore;
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::once, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Whether the last save failed.
    boolean isFailing() {
        return isFailing;
    }

    void once() {
        if (isFailing && ++skipped < PERIODS_BETWEEN_ATTEMPTS) {
            return;
        }
        skipped = 0;
        try {
            save.run();
            if (isFailing) {
                isFailing = false;
                LOG.log(Level.INFO, "Usage is saved again");
            }
        } catch (UsageStore.NotSavedException e) {
            notSaved(e);
        } catch (RuntimeException e) {
            // A scheduler drops a task that throws.
            failed(() -> LOG.log(Level.ERROR, "Usage could not be saved", e));
        }
    }

    private void notSaved(UsageStore.NotSavedException e) {
        failed(() -> LOG.log(Level.WARNING, "Usage cannot be saved and stays in memory: " + e.getMessage()));
    }

    private void failed(Runnable line) {
        if (!isFailing) {
            isFailing = true;
            line.run();
        }
    }

    /// Saves once more, closes the store, waits up to ten seconds, and logs a failure. The caller has ended all
    /// requests. A store that still saves then is closed later: closed meanwhile, MVStore may never return.
    @Override
    public void close() {
        if (timer.isShutdown()) {
            return;
        }
        Future<?> saved = timer.submit(() -> {
            skipped = PERIODS_BETWEEN_ATTEMPTS;
            once();
        });
        timer.execute(() -> {
            try {
                closeStore.run();
            } catch (UsageStore.NotSavedException e) {
                notSaved(e);
            }
        });
        timer.shutdown();
        try {
            // Not `shutdownNow`: its interrupt closes the file, and waits until the write under way has ended.
            var _ = timer.awaitTermination(10, TimeUnit.SECONDS);
            if (!saved.isDone() || isFailing) {
                LOG.log(Level.WARNING, "Usage that could not be saved is lost");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
