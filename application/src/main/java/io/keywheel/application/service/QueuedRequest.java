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

/// A request with its attempts so far. While it waits, only its thread is woken up when its turn comes.
///
/// The scheduler's lock guards the step and the lease. Only the request's thread changes the attempts and the shared
/// call; the queue reads the attempts on other threads, too.
final class QueuedRequest implements WaitQueue.Request {

    private final long arrival;
    private final ChatTrace trace;
    private volatile RequestAttempts attempts;
    private final Duration maxWait;
    private Duration allWaits = Duration.ZERO;
    private Instant waitsSince = Instant.MIN;
    private Duration lastWait = Duration.ZERO;
    private final Semaphore wakeups = new Semaphore(0);
    private Step.@Nullable Decided step;
    private ProviderPorts.@Nullable PortLease portLease;
    private Fact.@Nullable Called sharedCall;

    /// @param maxWait the limit of all waits together
    QueuedRequest(long arrival, RequestAttempts attempts, Duration maxWait, ChatTrace trace) {
        this.trace = trace;
        this.arrival = arrival;
        this.attempts = attempts;
        this.maxWait = maxWait;
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
        attempts = attempts.withFailure(attempt);
    }

    /// Starts the wait for the next key at `now`. The time of attempts does not count as waiting.
    void startWait(Instant now) {
        lastWait = Duration.ZERO;
        waitsSince = now;
        if (!attempts.atStart() && attempts.terms().mayWait()) {
            attempts = attempts.waitingUntil(now.plus(maxWait).minus(allWaits));
        }
    }

    /// Counts the wait since the request joined the queue, or since this was last called.
    void waited(Instant now) {
        var time = Duration.between(waitsSince, now);
        waitsSince = now;
        lastWait = lastWait.plus(time);
        allWaits = allWaits.plus(time);
        trace.waited(time);
    }

    @Override
    public void proceed(Step.Decided next) {
        step = next;
        wakeups.release();
    }

    Duration lastWait() {
        return lastWait;
    }

    Duration allWaits() {
        return allWaits;
    }

    /// @return false if its turn has not come within `most`
    boolean awaitTurn(Duration most) throws InterruptedException {
        return wakeups.tryAcquire(TimeUnit.NANOSECONDS.convert(most), TimeUnit.NANOSECONDS);
    }

    boolean isWokenUp() {
        return step != null;
    }

    /// Takes the step for which the request was woken up; null for none.
    Step.@Nullable Decided take() {
        Step.Decided taken = step;
        step = null;
        wakeups.drainPermits();
        return taken;
    }

    void usePort(ProviderPorts.PortLease next) {
        portLease = next;
    }

    /// Sets the fact that other gateways get about the next attempt; null for none.
    void useSharedCall(Fact.@Nullable Called next) {
        sharedCall = next;
    }

    Fact.@Nullable Called sharedCall() {
        return sharedCall;
    }

    /// Whether the next attempt is made only if no other gateway makes it first.
    boolean mustBeClaimed() {
        return sharedCall != null && sharedCall.claimed();
    }

    ProviderPorts.PortLease portLease() {
        return Objects.requireNonNull(portLease);
    }
}
