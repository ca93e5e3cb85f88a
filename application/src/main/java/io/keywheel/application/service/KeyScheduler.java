package io.keywheel.application.service;

import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.WakeupTimer;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.WaitQueue;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Guards the key pool: everything the gateway knows changes under this one lock, which is never held over I/O.
///
/// Here requests wait, too. The thread that holds the lock when something is reported, or when the timer fires, finds
/// out whose turn it is and calls just those.
public final class KeyScheduler implements GatewayStatusUseCase {

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong requests = new AtomicLong();
    private final ProviderPorts providerPorts;
    private final WaitQueue<QueuedRequest> queue;
    private final InstantSource clock;
    private final WallTimeMapper wallTimeMapper;
    private final WakeupTimer timer;
    private final DoubleSupplier chance;
    private final ChatEvents events;
    private KeyPool pool;
    private volatile RequestLimits requestLimits;
    private @Nullable Instant timerSetTo;

    public KeyScheduler(
            KeyPool keyPool,
            ProviderPorts providerPorts,
            RequestLimits requestLimits,
            RuntimeServices runtimeServices) {
        this.pool = keyPool;
        this.providerPorts = providerPorts;
        this.queue = new WaitQueue<>(requestLimits.maxWaiting());
        this.requestLimits = requestLimits;
        this.clock = runtimeServices.clock();
        this.wallTimeMapper = new WallTimeMapper(runtimeServices.wallTime());
        this.timer = runtimeServices.alarm();
        this.chance = runtimeServices.chance();
        this.events = runtimeServices.events();
    }

    /// From now on there are these keys, and these ways to them. Requests that wait may get one of them; what
    /// is under way goes on. How many may wait stays as it was.
    ///
    /// @param renewed the providers that are others under a name that was there
    public void change(
            List<ProviderProfile> providers,
            Set<ProviderId> renewed,
            Map<ProviderId, LlmPort> ports,
            RequestLimits requestLimits) {
        var unused = new ArrayList<LlmPort>();
        update(now -> {
            KeyPool next = pool.next(providers, renewed, now);
            unused.addAll(providerPorts.change(providers, ports));
            pool = next;
            this.requestLimits = requestLimits;
            return queue.reported(pool, now);
        });
        unused.forEach(LlmPort::close);
    }

    /// @param need the tokens it may use up, as far as can be estimated
    RequestAttempts begin(Route route, boolean fallback, long need) {
        return RequestAttempts.begin(route, requestLimits.terms(fallback, clock.instant()), need);
    }

    /// The place in line of a request that begins now, for all its attempts.
    QueuedRequest newRequest() {
        return new QueuedRequest(requests.getAndIncrement());
    }

    /// What to do next for a request, and at once: the attempt was open when this returned. A request that need
    /// not wait takes the lock once; another one has waited.
    Step.Decided next(QueuedRequest queuedRequest, RequestAttempts requestAttempts) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Step.Decided step;
        lock.lock();
        try {
            Instant now = clock.instant();
            call(queue.join(queuedRequest, queuedRequest.number(), requestAttempts, pool, now));
            step = claim(queuedRequest, requestAttempts, now);
        } finally {
            lock.unlock();
        }
        return step == null ? await(queuedRequest, requestAttempts) : wallTimeMapper.of(step);
    }

    void join(QueuedRequest queuedRequest, RequestAttempts requestAttempts) {
        update(now -> queue.join(queuedRequest, queuedRequest.number(), requestAttempts, pool, now));
    }

    Step.Decided await(QueuedRequest queuedRequest, RequestAttempts requestAttempts) throws InterruptedException {
        try {
            Step.Decided step;
            do {
                if (!queuedRequest.awaitStep(Duration.between(
                        clock.instant(), requestAttempts.terms().deadline()))) {
                    expire(queuedRequest, requestAttempts);
                }
                step = claim(queuedRequest, requestAttempts);
            } while (step == null);
            return wallTimeMapper.of(step);
        } catch (InterruptedException e) {
            leave(queuedRequest, requestAttempts);
            throw e;
        }
    }

    Step.@Nullable Decided claim(QueuedRequest queuedRequest, RequestAttempts requestAttempts) {
        lock.lock();
        try {
            return claim(queuedRequest, requestAttempts, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /// A key may have cooled down since the request was called. Then it is not asked, which counts for nothing, and
    /// the request is in the queue again, at its old place.
    private Step.@Nullable Decided claim(QueuedRequest queuedRequest, RequestAttempts requestAttempts, Instant now) {
        Step.Decided step = queuedRequest.take();
        if (!(step instanceof Step.Attempt attempt)) {
            return step;
        }
        if (pool.isOpen(attempt, requestAttempts)
                && now.isBefore(requestAttempts.terms().deadline())) {
            Step.Attempt begun = pool.begin(attempt, now);
            queuedRequest.useLease(
                    Objects.requireNonNull(providerPorts.lease(begun.target().provider())));
            return begun;
        }
        pool.withdraw(attempt, requestAttempts, now);
        call(queue.rejoin(queuedRequest, queuedRequest.number(), requestAttempts, pool, now));
        return null;
    }

    /// A wait ends with its request's time, even if the timer has not fired.
    private void expire(QueuedRequest queuedRequest, RequestAttempts requestAttempts) {
        update(now -> {
            if (!queuedRequest.isCalled()) {
                queue.leave(queuedRequest);
                queuedRequest.wakeWith(new Step.GiveUp(new Exhaustion.DeadlinePassed(requestAttempts.failed())));
            }
            return queue.reported(pool, now);
        });
    }

    /// What it was called for and does not take any more is the next one's.
    private void leave(QueuedRequest queuedRequest, RequestAttempts requestAttempts) {
        update(now -> {
            queue.leave(queuedRequest);
            if (queuedRequest.take() instanceof Step.Attempt attempt) {
                pool.withdraw(attempt, requestAttempts, now);
            }
            return queue.reported(pool, now);
        });
    }

    @Override
    public int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    void answering(Step.Attempt attempt) {
        report(now -> pool.answering(attempt, now));
    }

    /// @param spent in tokens, as far as is known
    void ended(Step.Attempt attempt, LlmReply reply, long spent) {
        switch (reply) {
            case LlmReply.Answered(var _, var rateLimitStatus) -> answered(attempt, rateLimitStatus, spent);
            case LlmReply.Failed(var failure) -> failed(attempt, failure, spent);
        }
        events.ended(attempt, reply);
    }

    void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent) {
        report(now -> pool.answered(attempt, rateLimitStatus, spent, now));
    }

    void failed(Step.Attempt attempt, Failure failure, long spent) {
        report(now -> pool.failed(attempt, failure, spent, now, chance.getAsDouble()));
    }

    @Override
    public PoolStatus status() {
        return wallTimeMapper.of(look(now -> pool.status(now)));
    }

    @Override
    public PoolStatus overview() {
        return wallTimeMapper.of(look(now -> pool.overview(now)));
    }

    private PoolStatus look(Function<Instant, PoolStatus> view) {
        lock.lock();
        try {
            return view.apply(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    private void report(Function<Instant, List<PoolEvent>> entry) {
        var poolEvents = new ArrayList<PoolEvent>();
        update(now -> {
            poolEvents.addAll(entry.apply(now));
            return queue.reported(pool, now);
        });
        poolEvents.forEach(poolEvent -> events.changed(wallTimeMapper.of(poolEvent)));
    }

    private void update(Function<Instant, List<WaitQueue.Turn<QueuedRequest>>> change) {
        lock.lock();
        try {
            call(change.apply(clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    private void call(List<WaitQueue.Turn<QueuedRequest>> turns) {
        turns.forEach(turn -> turn.who().wakeWith(turn.step()));
        queue.nextWakeup().ifPresent(this::setTimer);
    }

    /// Set for too early a moment, it fires for nothing once, and is set anew then.
    private void setTimer(Instant moment) {
        if (timerSetTo == null || moment.isBefore(timerSetTo)) {
            timerSetTo = moment;
            timer.set(moment, this::wakeUp);
        }
    }

    private void wakeUp() {
        update(now -> {
            timerSetTo = null;
            return queue.due(pool, now);
        });
    }
}
