package io.keywheel.adapters.http.status;

import io.keywheel.application.port.in.ModelsUseCase;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Has the providers asked for their models in the background. Requests do not wait for it, and concurrent ones
/// share one refresh.
public final class ModelRefresher {

    private static final System.Logger LOG = System.getLogger("io.keywheel.models");

    /// A client that asks in a loop must not use up the providers' limits.
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ModelsUseCase models;

    private boolean running;
    private long due = System.nanoTime();

    public ModelRefresher(ModelsUseCase models) {
        this.models = models;
    }

    /// Begins a refresh, if none is under way and the last one is long enough ago; whether it has.
    public boolean ask() {
        boolean begins = begins();
        if (begins) {
            Thread.ofVirtual().name("keywheel-models").start(this::refresh);
        }
        return begins;
    }

    private synchronized boolean begins() {
        if (running || System.nanoTime() - due < 0) {
            return false;
        }
        running = true;
        return true;
    }

    private void refresh() {
        try {
            models.refresh();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The providers' models could not be refreshed", e);
        } finally {
            ended();
        }
    }

    private synchronized void ended() {
        running = false;
        due = System.nanoTime() + PAUSE.toNanos();
    }
}
