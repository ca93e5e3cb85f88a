package io.keywheel.adapters.http;

import io.keywheel.application.port.in.ModelsUseCase;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// Has the providers asked for their models, in the background: nobody waits for it, and many who want it at once
/// get it once.
final class ModelRefresher {

    private static final System.Logger LOG = System.getLogger("io.keywheel.models");

    /// A client that asks in a loop must not use up the providers' limits.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ModelsUseCase models;
    private final InstantSource clock;
    private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);

    ModelRefresher(ModelsUseCase models, InstantSource clock) {
        this.models = models;
        this.clock = clock;
    }

    /// Begins a refresh, if none is under way and the last one is long enough ago.
    void ask() {
        Instant now = clock.instant();
        Instant due = next.get();
        if (!now.isBefore(due) && next.compareAndSet(due, Instant.MAX)) {
            Thread.ofVirtual().name("keywheel-models").start(this::refresh);
        }
    }

    private void refresh() {
        try {
            models.refresh();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The providers' models could not be refreshed", e);
        } finally {
            next.set(clock.instant().plus(PAUSE));
        }
    }
}
