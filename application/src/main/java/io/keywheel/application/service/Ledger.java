package io.keywheel.application.service;

import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.Surroundings;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Limits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.Change;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/// Guards the wheel: everything the gateway knows changes under this one lock, which is never held over I/O.
public final class Ledger implements GatewayStatusUseCase {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reported = lock.newCondition();
    private final Wheel wheel;
    private final Limits limits;
    private final InstantSource clock;
    private final DoubleSupplier chance;
    private final ChatEvents events;

    public Ledger(Wheel wheel, Limits limits, Surroundings surroundings) {
        this.wheel = wheel;
        this.limits = limits;
        this.clock = surroundings.clock();
        this.chance = surroundings.chance();
        this.events = surroundings.events();
    }

    Journey begin(Route route, boolean fallback) {
        return Journey.begin(route, limits.terms(fallback, clock.instant()));
    }

    /// What to do next for `journey`. Where that is to wait, it has been waited for: a report that changes
    /// the matter ends the wait early, and none can slip by between deciding to wait and waiting.
    Step.Decided next(Journey journey) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Instant now = clock.instant();
                switch (Failover.next(journey, wheel, now)) {
                    case Step.Decided decided -> {
                        return decided;
                    }
                    case Step.Wait(var until) ->
                        reported.awaitNanos(Duration.between(now, until).toNanos());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void answering(Step.Attempt attempt) {
        report(_ -> wheel.answering(attempt));
    }

    void answered(Step.Attempt attempt, Allowance allowance) {
        report(now -> wheel.answered(attempt, allowance, now));
    }

    void failed(Step.Attempt attempt, Failure failure) {
        report(now -> wheel.failed(attempt, failure, now, chance.getAsDouble()));
    }

    @Override
    public PoolStatus status() {
        return look(wheel::status);
    }

    @Override
    public PoolStatus overview() {
        return look(wheel::overview);
    }

    private PoolStatus look(Function<Instant, PoolStatus> view) {
        lock.lock();
        try {
            return view.apply(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    private void report(Function<Instant, List<Change>> entry) {
        List<Change> changes;
        lock.lock();
        try {
            changes = entry.apply(clock.instant());
            reported.signalAll();
        } finally {
            lock.unlock();
        }
        changes.forEach(events::changed);
    }
}
