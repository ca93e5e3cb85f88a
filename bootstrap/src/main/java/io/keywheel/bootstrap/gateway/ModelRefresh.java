package io.keywheel.bootstrap.gateway;

import io.keywheel.application.port.in.ModelsUseCase;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Requests the providers' lists of models at the start and every hour, on one daemon thread.
final class ModelRefresh implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.models");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("model-refresh").daemon().factory());
    private final AtomicBoolean queued = new AtomicBoolean();
    private final ModelsUseCase models;

    ModelRefresh(ModelsUseCase models) {
        this.models = models;
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

    /// Catches exceptions, because a scheduler drops a task that throws.
    private void once() {
        try {
            models.refresh();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The providers' models could not be refreshed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
