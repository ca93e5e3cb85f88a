package io.keywheel.bootstrap.gateway;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Requests the providers' lists of models at the start, every hour, after a reload and when a client asks, on one
/// daemon thread.
final class ModelRefresh implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.models");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("model-refresh").daemon().factory());
    private final AtomicBoolean queued = new AtomicBoolean();
    private final AtomicBoolean requested = new AtomicBoolean();
    private final Runnable refresh;
    private final Duration clientInterval;

    /// @param clientInterval the least time between the starts of two refreshes for clients
    ModelRefresh(Runnable refresh, Duration clientInterval) {
        this.refresh = refresh;
        this.clientInterval = clientInterval;
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::once, 0, 1, TimeUnit.HOURS);
    }

    /// Schedules one more refresh. Calls before that refresh begins are merged into it.
    void soon() {
        if (!queued.getAndSet(true)) {
            timer.execute(() -> {
                queued.set(false);
                once();
            });
        }
    }

    /// As [#soon], for a client, who must not use up the providers' limits.
    ///
    /// @return false if the last one for a client began too short a time ago, or has not ended
    boolean request() {
        boolean starts = !requested.getAndSet(true);
        if (starts) {
            soon();
            var _ = timer.schedule(() -> requested.set(false), clientInterval.toMillis(), TimeUnit.MILLISECONDS);
        }
        return starts;
    }

    /// Catches exceptions, because a scheduler drops a task that throws.
    private void once() {
        try {
            refresh.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The providers' models could not be refreshed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
