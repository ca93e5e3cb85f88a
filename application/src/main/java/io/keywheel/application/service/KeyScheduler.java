package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.WaitQueue;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.usage.EndedAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Guards the key pool with one lock, which is never held during I/O. The pool and the queue change only under this
/// lock.
///
/// A thread that reports an outcome, or the timer, wakes up exactly those waiting requests whose turn it is. The
/// pool's status is read, and facts are published to other gateways, under the same lock.
final class KeyScheduler implements GatewayStatusUseCase {

    /// The most facts to apply in one pass under the lock, which takes some milliseconds.
    private static final int MOST_FACTS = 64;

    private static final int MOST_YIELDS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong requests = new AtomicLong();
    private final ProviderPorts providerPorts;
    private final WaitQueue queue;
    private final RuntimeServices services;
    private final @Nullable SharedState shared;
    private KeyPool pool;
    private volatile RequestLimits requestLimits;
    private @Nullable Instant timerSetTo;

    KeyScheduler(
            GatewayParts parts,
            ProviderPorts providerPorts,
            RuntimeServices runtimeServices,
            @Nullable SharedState sharedState) {
        this.pool = new KeyPool(parts.providers(), parts.catalog().virtual(), sharedState != null);
        this.providerPorts = providerPorts;
        this.queue = new WaitQueue(parts.limits().maxWaiting());
        this.requestLimits = parts.limits();
        this.services = runtimeServices;
        this.shared = sharedState;
    }

    /// As [Gateway#change]. Waiting requests may get the new keys.
    void change(GatewayParts parts, Set<ProviderId> replaced) {
        List<LlmPort> unused = updateAndCheck(now -> {
            pool = pool.next(parts.providers(), parts.catalog().virtual(), replaced, now);
            List<LlmPort> idle = providerPorts.change(parts.providers(), parts.ports());
            requestLimits = parts.limits();
            return idle;
        });
        unused.forEach(LlmPort::close);
    }

    /// Ends waiting requests and all later ones. Outcomes of attempts in flight are ignored, because their ports
    /// are being closed.
    void close() {
        update(now -> {
            queue.close(pool, now);
            return null;
        });
    }

    /// Begins a request, whose place in the queue stays the same for all its attempts.
    QueuedRequest begin(Route route, ChatCommand command, TokenEstimate estimate, boolean streamed) {
        RequestLimits limits = requestLimits;
        long conversation = limits.affinity().isZero() ? 0 : ConversationHash.of(command, services.hash());
        RequestTerms terms = limits.terms(command.fallback(), services.clock().instant());
        String model = command.selection().name();
        var start = new ChatStart(command.trace(), command.client(), model, command.sampling(), streamed);
        return new QueuedRequest(
                requests.getAndIncrement(),
                RequestAttempts.begin(route, terms, estimate).inConversation(conversation),
                limits.maxWait(),
                services.tracer().apply(start));
    }

    /// The next step of a request. An attempt has been admitted when this returns, so it must begin immediately. A
    /// request that does not wait takes the lock once. The times in a [Step.GiveUp] are wall-clock times.
    Step.Decided next(QueuedRequest request) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Step.Decided step = join(request);
        while (step == null || (step instanceof Step.Attempt && request.mustBeClaimed())) {
            step = step instanceof Step.Attempt attempt ? claim(request, attempt) : await(request);
        }
        return step instanceof Step.GiveUp(var exhaustion) ? new Step.GiveUp(exhaustion.at(services.wallTime())) : step;
    }

    /// Claims a call that other gateways may make at the same time. If another gateway is first, returns null: the
    /// attempt is undone, and the request waits at its old place or already has its next step.
    private Step.@Nullable Attempt claim(QueuedRequest request, Step.Attempt attempt) throws InterruptedException {
        SharedState store = Objects.requireNonNull(shared);
        Fact.Called claim = Objects.requireNonNull(request.sharedCall());
        boolean alone;
        try {
            alone = !store.claim(claim);
        } catch (InterruptedException e) {
            updateAndCheck(now -> {
                pool.withdrawClaimed(claim, attempt, request.attempts(), now);
                return null;
            });
            throw e;
        }
        Fact.Called made = claim.made();
        Step.Attempt begun = update(now -> {
            Step.Attempt begins = pool.beginIfOpen(claim, attempt, request.attempts(), now);
            if (begins == null) {
                queue.rejoin(request, pool, now);
            } else {
                request.useSharedCall(made);
                leasePort(request, begins);
            }
            return begins;
        });
        if (alone && begun != null) {
            store.publish(List.of(made));
        }
        return begun;
    }

    /// Returns null if the request has to wait.
    Step.@Nullable Decided join(QueuedRequest request) {
        return update(now -> {
            request.startWait(now);
            Step.Decided step = queue.join(request, pool, now);
            if (step instanceof Step.Attempt attempt) {
                prepare(request, attempt, now);
            }
            return step;
        });
    }

    Step.Decided await(QueuedRequest request) throws InterruptedException {
        Instant deadline = request.attempts().terms().deadline();
        try {
            Step.Decided step;
            do {
                if (!request.awaitTurn(Duration.between(services.clock().instant(), deadline))) {
                    expire(request);
                }
                step = takeStep(request);
            } while (step == null);
            return step;
        } catch (InterruptedException e) {
            leave(request);
            throw e;
        } finally {
            request.waited(services.clock().instant());
        }
    }

    /// The step for which the request was woken up. If its key has cooled down since, returns null. The attempt
    /// is then undone, and the request waits at its old place or already has its next step.
    Step.@Nullable Decided takeStep(QueuedRequest request) {
        return update(now -> {
            Step.Decided step = request.take();
            if (!(step instanceof Step.Attempt attempt)) {
                return step;
            }
            Step.Attempt begun = pool.beginIfOpen(null, attempt, request.attempts(), now);
            if (begun == null) {
                queue.rejoin(request, pool, now);
            } else {
                prepare(request, begun, now);
            }
            return begun;
        });
    }

    /// Gives a request what its attempt needs: the fact for other gateways, and the port unless it must be claimed.
    private void prepare(QueuedRequest request, Step.Attempt attempt, Instant now) {
        request.useSharedCall(shared == null ? null : pool.called(attempt, shared.probeTimeout(), now));
        if (!request.mustBeClaimed()) {
            leasePort(request, attempt);
        }
    }

    private void leasePort(QueuedRequest request, Step.Attempt attempt) {
        request.usePort(
                Objects.requireNonNull(providerPorts.lease(attempt.target().provider())));
    }

    /// Ends a wait when the request's time is over, even if the timer has not fired.
    private void expire(QueuedRequest request) {
        updateAndCheck(_ -> {
            if (!request.isWokenUp()) {
                queue.leave(request);
                request.proceed(new Step.GiveUp(new Exhaustion.DeadlinePassed()));
            }
            return null;
        });
    }

    /// Removes a request from the queue. If it was woken up for a key, the next request gets that key.
    private void leave(QueuedRequest request) {
        updateAndCheck(now -> {
            queue.leave(request);
            if (request.take() instanceof Step.Attempt attempt) {
                pool.withdraw(attempt, request.attempts(), now);
            }
            return null;
        });
    }

    @Override
    public Optional<Boolean> isStoreConnected() {
        return Optional.ofNullable(shared).map(SharedState::isConnected);
    }

    @Override
    public int waiting() {
        return locked(_ -> queue.size());
    }

    void answering(QueuedRequest request, Step.Attempt attempt) {
        request.trace().answering();
        report(now -> pool.answering(attempt, now));
    }

    /// Applies the outcome of an attempt, which ends now.
    ///
    /// @param spent the used tokens, as far as known
    EndedAttempt ended(QueuedRequest request, Step.Attempt attempt, LlmReply reply, long spent) {
        var ended = new EndedAttempt(
                attempt.target(),
                reply.outcome(),
                reply instanceof LlmReply.Failed(var failure) ? failure.cause() : "",
                request.lastWait(),
                Duration.between(attempt.startedAt(), services.clock().instant()));
        report(now -> {
            if (isAbandoned(request, ended, reply)) {
                queue.abandoned(attempt.target());
            }
            return switch (reply) {
                case LlmReply.Answered(var _, var limits) -> {
                    pool.preferGroup(request.attempts().conversation(), attempt, now.plus(requestLimits.affinity()));
                    yield pool.answered(attempt, request.sharedCall(), limits, spent, now);
                }
                case LlmReply.Failed(var failure) ->
                    pool.failed(
                            attempt,
                            request.sharedCall(),
                            failure,
                            spent,
                            now,
                            services.chance().getAsDouble());
            };
        });
        request.trace().ended(attempt, reply);
        TokenUsage usage = reply instanceof LlmReply.Answered(var completion, var _) ? completion.usage() : null;
        services.events().ended(ended, usage, request.trace().context());
        return ended;
    }

    /// Whether the request was cancelled or ran out of time, and its call was shorter than its waits. The oldest
    /// requests in the queue may then do the same.
    private static boolean isAbandoned(QueuedRequest request, EndedAttempt ended, LlmReply reply) {
        return reply instanceof LlmReply.Failed(var failure)
                && (failure instanceof Failure.Cancelled || failure instanceof Failure.OutOfTime)
                && ended.duration().compareTo(request.allWaits()) < 0;
    }

    /// Applies facts of other gateways. There may be many after an outage of the store, so requests get the lock in
    /// between.
    void learn(List<Fact> facts) {
        for (int i = 0; i < facts.size(); i += MOST_FACTS) {
            List<Fact> some = facts.subList(i, Math.min(facts.size(), i + MOST_FACTS));
            report(now -> {
                pool.learn(some, now);
                return List.of();
            });
            // Without a yield, this thread would usually take the lock again before the next waiting thread is
            // awake.
            for (int yields = 0; yields < MOST_YIELDS && lock.hasQueuedThreads(); yields++) {
                Thread.yield();
            }
        }
    }

    /// Publishes again what still holds.
    void repeat() {
        locked(now -> {
            pool.repeat(now);
            return null;
        });
    }

    @Override
    public PoolStatus status() {
        return locked(now -> pool.status(now, offset(now), true));
    }

    @Override
    public PoolStatus overview() {
        return locked(now -> pool.status(now, offset(now), false));
    }

    /// The time of day minus the time of the core's clock.
    private Duration offset(Instant now) {
        return Duration.between(now, services.wallTime().apply(now));
    }

    private void report(Function<Instant, List<PoolEvent>> change) {
        List<PoolEvent> poolEvents = updateAndCheck(now -> queue.isClosed() ? List.of() : change.apply(now));
        poolEvents.forEach(poolEvent -> services.events().changed(poolEvent.at(services.wallTime())));
    }

    /// As [#update], for a change after which other requests may have their turn.
    private <R extends @Nullable Object> R updateAndCheck(Function<Instant, R> change) {
        return update(now -> {
            R result = change.apply(now);
            queue.checkAll(pool, now);
            return result;
        });
    }

    /// Runs a change under the lock, and then sets the timer, because the queue's next wake-up may have changed.
    private <R extends @Nullable Object> R update(Function<Instant, R> change) {
        return locked(now -> {
            R result = change.apply(now);
            queue.nextWakeup().ifPresent(this::setTimer);
            return result;
        });
    }

    private <R extends @Nullable Object> R locked(Function<Instant, R> action) {
        lock.lock();
        try {
            R result = action.apply(services.clock().instant());
            if (shared != null) {
                // Under the lock, so that no later claim comes before these facts in the shared log.
                List<Fact> facts = pool.unpublished();
                if (!facts.isEmpty()) {
                    shared.publish(facts);
                }
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    /// Sets the timer only to an earlier instant: a timer that fires too early does no harm, and is set again.
    private void setTimer(Instant moment) {
        if (timerSetTo == null || moment.isBefore(timerSetTo)) {
            timerSetTo = moment;
            services.wakeupTimer().set(moment, this::wakeUp);
        }
    }

    private void wakeUp() {
        update(now -> {
            timerSetTo = null;
            queue.checkDue(pool, now);
            return null;
        });
    }
}
