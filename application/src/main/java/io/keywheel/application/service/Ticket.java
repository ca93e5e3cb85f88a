package io.keywheel.application.service;

import io.keywheel.domain.failover.Step;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A request's number in order of arrival, and what it listens at for its turn. Whoever knows of the turn brings
/// it here, so that only the one whose turn it is wakes up.
///
/// The step is guarded by the ledger's lock.
final class Ticket {

    private final long number;
    private final Semaphore called = new Semaphore(0);
    private Step.@Nullable Decided step;

    Ticket(long number) {
        this.number = number;
    }

    /// Lower for whoever came first.
    long number() {
        return number;
    }

    void call(Step.Decided next) {
        step = next;
        called.release();
    }

    void awaitCall() throws InterruptedException {
        called.acquire();
    }

    /// What it was called for; null where it has not been called.
    Step.@Nullable Decided take() {
        Step.Decided taken = step;
        step = null;
        return taken;
    }
}
