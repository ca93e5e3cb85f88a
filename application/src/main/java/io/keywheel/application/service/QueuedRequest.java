package io.keywheel.application.service;

import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.WaitQueue;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A request on its way from attempt to attempt. Where it has to wait, only it wakes up for its turn.
///
/// The scheduler's lock guards the step and the lease. Only its own thread changes its attempts and its shared call;
/// the queue reads the attempts on other threads, too.
final class QueuedRequest implements WaitQueue.Request {

    private final long arrival;
    private final ChatTrace trace;
    private volatile RequestAttempts attempts;
    private Duration waitLeft;
    private Instant waitsSince = Instant.MIN;
    private Duration lastWait = Duration.ZERO;
    private final Semaphore wakeups = new Semaphore(0);
    private Step.@Nullable Decided step;
    private ProviderPorts.@Nullable PortLease portLease;
    private Fact.@Nullable Called sharedCall;

    /// @param maxWait how long it may wait in all
    QueuedRequest(long arrival, RequestAttempts attempts, Duration maxWait, ChatTrace trace) {
        this.trace = trace;
        this.arrival = arrival;
        this.attempts = attempts;
        this.waitLeft = maxWait;
    }

    @Override
    public long arrival() {
        return arrival;
    }

    @Override
    public RequestAttempts attempts() {
        return attempts;
    }

    ChatTrace trace() {
        return trace;
    }

    void failed(FailedAttempt attempt) {
        attempts = attempts.failedAt(attempt);
    }

    /// It asks for its next key at `now`: what attempts took is no part of its wait.
    void resume(Instant now) {
        lastWait = Duration.ZERO;
        waitsSince = now;
        if (!attempts.atStart()) {
            attempts = attempts.waitingUntil(now.plus(waitLeft));
        }
    }

    /// It waited from when it was in the queue, not from when its own thread noticed.
    void waited(Instant now) {
        var time = Duration.between(waitsSince, now);
        waitsSince = now;
        lastWait = lastWait.plus(time);
        waitLeft = waitLeft.minus(time);
        trace.waited(time);
    }

    @Override
    public void goOn(Step.Decided next) {
        step = next;
        wakeups.release();
    }

    /// How long it waited for the step that it took last.
    Duration lastWait() {
        return lastWait;
    }

    /// @return false if its turn has not come within `most`
    boolean awaitTurn(Duration most) throws InterruptedException {
        return wakeups.tryAcquire(TimeUnit.NANOSECONDS.convert(most), TimeUnit.NANOSECONDS);
    }

    boolean isWokenUp() {
        return step != null;
    }

    /// The step that it was woken up for; null where it was not.
    Step.@Nullable Decided take() {
        Step.Decided taken = step;
        step = null;
        wakeups.drainPermits();
        return taken;
    }

    /// The attempt that it goes for uses `next`, and releases it.
    void usePort(ProviderPorts.PortLease next) {
        portLease = next;
    }

    /// What other gateways should know of the attempt that it goes for; null for nothing.
    void useSharedCall(Fact.@Nullable Called next) {
        sharedCall = next;
    }

    Fact.@Nullable Called sharedCall() {
        return sharedCall;
    }

    /// Whether that attempt is made only if no other gateway is first.
    boolean isToBeClaimed() {
        return sharedCall != null && sharedCall.claimed();
    }

    ProviderPorts.PortLease portLease() {
        return Objects.requireNonNull(portLease);
    }
}
