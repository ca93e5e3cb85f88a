package io.keywheel.application.service;

import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A request in the wait queue: its number in order of arrival, and the step that it was woken with. Only this
/// request wakes up for it.
///
/// The scheduler's lock guards the step and the lease.
final class QueuedRequest {

    private final long number;
    private final Semaphore wakeups = new Semaphore(0);
    private Step.@Nullable Decided step;
    private ProviderPorts.@Nullable PortLease lease;

    QueuedRequest(long number) {
        this.number = number;
    }

    /// Lower for the earlier request.
    long number() {
        return number;
    }

    void wakeWith(Step.Decided next) {
        step = next;
        wakeups.release();
    }

    /// @return false if it was not called within `most`
    boolean awaitStep(Duration most) throws InterruptedException {
        return wakeups.tryAcquire(TimeUnit.NANOSECONDS.convert(most), TimeUnit.NANOSECONDS);
    }

    /// Whether there is a step to [#take].
    boolean isCalled() {
        return step != null;
    }

    /// Sets out on `next`. The attempt releases it.
    void useLease(ProviderPorts.PortLease next) {
        lease = next;
    }

    /// The way of the attempt that it goes for.
    ProviderPorts.PortLease lease() {
        return Objects.requireNonNull(lease);
    }

    /// What it was called for; null where it has not been called.
    Step.@Nullable Decided take() {
        Step.Decided taken = step;
        step = null;
        wakeups.drainPermits();
        return taken;
    }
}
