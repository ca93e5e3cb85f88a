package io.keywheel.application.service;

import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.out.Alarm;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.Surroundings;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Limits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.WaitingLine;
import io.keywheel.domain.health.Change;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
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

/// Guards the wheel: everything the gateway knows changes under this one lock, which is never held over I/O.
///
/// Here requests wait, too. Whoever holds the lock when something is reported, or when the alarm rings, finds
/// out whose turn it is and calls just those.
public final class Ledger implements GatewayStatusUseCase {

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong tickets = new AtomicLong();
    private final Ways ways;
    private final WaitingLine<Ticket> line;
    private final InstantSource clock;
    private final WallTime wallTime;
    private final Alarm alarm;
    private final DoubleSupplier chance;
    private final ChatEvents events;
    private Wheel wheel;
    private volatile Limits limits;
    private @Nullable Instant alarmSetTo;

    public Ledger(Wheel wheel, Ways ways, Limits limits, Surroundings surroundings) {
        this.wheel = wheel;
        this.ways = ways;
        this.line = new WaitingLine<>(limits.maxWaiting());
        this.limits = limits;
        this.clock = surroundings.clock();
        this.wallTime = new WallTime(surroundings.wallTime());
        this.alarm = surroundings.alarm();
        this.chance = surroundings.chance();
        this.events = surroundings.events();
    }

    /// From now on there are these keys, and these ways to them. Requests that wait may get one of them; what
    /// is under way goes on. How many may wait stays as it was.
    ///
    /// @param renewed the providers that are others under a name that was there
    public void change(
            List<ProviderProfile> providers, Set<ProviderId> renewed, Map<ProviderId, LlmPort> ports, Limits limits) {
        var unused = new ArrayList<LlmPort>();
        update(now -> {
            Wheel next = wheel.next(providers, renewed, now);
            unused.addAll(ways.change(providers, ports));
            wheel = next;
            this.limits = limits;
            return line.reported(wheel, now);
        });
        unused.forEach(LlmPort::close);
    }

    /// @param need the tokens it may use up, as far as can be estimated
    Journey begin(Route route, boolean fallback, long need) {
        return Journey.begin(route, limits.terms(fallback, clock.instant()), need);
    }

    /// The place in line of a request that begins now, for all its attempts.
    Ticket ticket() {
        return new Ticket(tickets.getAndIncrement());
    }

    /// What to do next for `journey`, and at once: the attempt was open when this returned. Where the request
    /// had to wait, it has waited.
    Step.Decided next(Ticket ticket, Journey journey) throws InterruptedException {
        join(ticket, journey);
        return await(ticket, journey);
    }

    void join(Ticket ticket, Journey journey) {
        update(now -> line.join(ticket, ticket.number(), journey, wheel, now));
    }

    Step.Decided await(Ticket ticket, Journey journey) throws InterruptedException {
        try {
            Step.Decided step;
            do {
                if (!ticket.awaitCall(
                        Duration.between(clock.instant(), journey.terms().deadline()))) {
                    expire(ticket, journey);
                }
                step = claim(ticket, journey);
            } while (step == null);
            return wallTime.of(step);
        } catch (InterruptedException e) {
            leave(ticket, journey);
            throw e;
        }
    }

    /// Between being called and getting here a key may have come to rest: then it is not asked, which counts
    /// for nothing, and the request is in line again, at its old place.
    Step.@Nullable Decided claim(Ticket ticket, Journey journey) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Step.Decided step = ticket.take();
            if (step instanceof Step.Attempt attempt) {
                if (wheel.isOpen(attempt, journey)
                        && now.isBefore(journey.terms().deadline())) {
                    Step.Attempt begun = wheel.begin(attempt, now);
                    ticket.setOut(
                            Objects.requireNonNull(ways.enter(begun.target().provider())));
                    return begun;
                }
                wheel.withdraw(attempt, journey, now);
                call(line.rejoin(ticket, ticket.number(), journey, wheel, now));
                return null;
            }
            return step;
        } finally {
            lock.unlock();
        }
    }

    /// A wait ends with its request's time, even if the alarm has not rung.
    private void expire(Ticket ticket, Journey journey) {
        update(now -> {
            if (!ticket.isCalled()) {
                line.leave(ticket);
                ticket.call(new Step.GiveUp(new Exhaustion.DeadlinePassed(journey.failed())));
            }
            return line.reported(wheel, now);
        });
    }

    /// What it was called for and does not take any more is the next one's.
    private void leave(Ticket ticket, Journey journey) {
        update(now -> {
            line.leave(ticket);
            if (ticket.take() instanceof Step.Attempt attempt) {
                wheel.withdraw(attempt, journey, now);
            }
            return line.reported(wheel, now);
        });
    }

    @Override
    public int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    void answering(Step.Attempt attempt) {
        report(now -> wheel.answering(attempt, now));
    }

    /// @param spent in tokens, as far as is known
    void ended(Step.Attempt attempt, LlmReply reply, long spent) {
        switch (reply) {
            case LlmReply.Answered(var _, var allowance) -> answered(attempt, allowance, spent);
            case LlmReply.Failed(var failure) -> failed(attempt, failure, spent);
        }
        events.ended(attempt, reply);
    }

    void answered(Step.Attempt attempt, Allowance allowance, long spent) {
        report(now -> wheel.answered(attempt, allowance, spent, now));
    }

    void failed(Step.Attempt attempt, Failure failure, long spent) {
        report(now -> wheel.failed(attempt, failure, spent, now, chance.getAsDouble()));
    }

    @Override
    public PoolStatus status() {
        return wallTime.of(look(now -> wheel.status(now)));
    }

    @Override
    public PoolStatus overview() {
        return wallTime.of(look(now -> wheel.overview(now)));
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
        var changes = new ArrayList<Change>();
        update(now -> {
            changes.addAll(entry.apply(now));
            return line.reported(wheel, now);
        });
        changes.forEach(change -> events.changed(wallTime.of(change)));
    }

    private void update(Function<Instant, List<WaitingLine.Turn<Ticket>>> change) {
        lock.lock();
        try {
            call(change.apply(clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    private void call(List<WaitingLine.Turn<Ticket>> turns) {
        turns.forEach(turn -> turn.who().call(turn.step()));
        line.nextMoment().ifPresent(this::setAlarm);
    }

    /// Set for too early a moment, it rings for nothing once, and is set anew then.
    private void setAlarm(Instant moment) {
        if (alarmSetTo == null || moment.isBefore(alarmSetTo)) {
            alarmSetTo = moment;
            alarm.set(moment, this::ring);
        }
    }

    private void ring() {
        update(now -> {
            alarmSetTo = null;
            return line.due(wheel, now);
        });
    }
}
