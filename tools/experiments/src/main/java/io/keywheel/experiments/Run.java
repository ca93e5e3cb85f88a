package io.keywheel.experiments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.experiments.simulation.Arrivals;
import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Reply;
import io.keywheel.experiments.simulation.Request;
import io.keywheel.experiments.strategies.Move;
import io.keywheel.experiments.strategies.Strategy;
import io.keywheel.experiments.strategies.Visit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A run of one scenario with one strategy, in virtual time.
///
/// A refused client retries at the time that the strategy suggests, but not before its backoff ends, and only
/// within its patience.
final class Run {

    /// One upstream call.
    ///
    /// @param cached the number of the prompt's tokens that came from a cache
    /// @param firstToken when the first token of the answer arrived
    record Call(Request request, Key key, Instant at, boolean answered, int cached, Instant firstToken) {}

    private record Event(Instant at, long number, Runnable action) {}

    /// The backoff of OpenAI's SDKs.
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(8);

    /// The time to the first token is the sum of this and the time to read the tokens that are not cached.
    private static final double FIRST_TOKEN_MILLIS = 200;

    private static final double TOKENS_READ_PER_MILLI = 4;

    final List<Request> requests;
    final List<Call> calls = new ArrayList<>();

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
    private final Set<Instant> wakeups = new HashSet<>();
    private final Scenario scenario;
    private final Pool pool;
    private final Strategy strategy;
    private final Random random;
    private final Duration variation;
    private Instant now = Arrivals.START;
    private long eventCount;

    private Run(Scenario scenario, Contender.Factory factory, Duration variation, long seed) {
        this.scenario = scenario;
        this.requests = scenario.arrivals().requests(Arrivals.START, scenario.time(), new Random(seed));
        this.pool = scenario.pool().get();
        this.strategy = factory.strategy(pool, scenario.patience(), new Random(seed + 1));
        this.random = new Random(seed + 2);
        this.variation = variation;
    }

    static Run of(Scenario scenario, Contender contender, long seed) {
        Duration variation = contender == Contender.ORACLE ? Duration.ZERO : scenario.variation();
        return of(scenario, contender.factory, variation, seed);
    }

    static Run of(Scenario scenario, Contender.Factory factory, Duration variation, long seed) {
        var run = new Run(scenario, factory, variation, seed);
        run.requests.forEach(request -> run.at(request.arrivedAt(), () -> run.arrive(Visit.first(request))));
        for (Event next = run.events.poll(); next != null; next = run.events.poll()) {
            run.now = next.at;
            next.action.run();
        }
        return run;
    }

    private void at(Instant moment, Runnable action) {
        events.add(new Event(moment.isBefore(now) ? now : moment, eventCount++, action));
    }

    private void arrive(Visit visit) {
        carryOut(strategy.next(visit, now));
    }

    private void carryOut(List<Move> moves) {
        for (Move move : moves) {
            switch (move) {
                case Move.Ask(var visit, var key) -> ask(visit, key);
                case Move.Refuse(var visit, var readyAt) -> refuse(visit, readyAt);
            }
        }
        strategy.nextWakeup()
                .filter(wakeups::add)
                .ifPresent(moment -> at(moment, () -> {
                    wakeups.remove(moment);
                    carryOut(strategy.due(now));
                }));
    }

    private void ask(Visit visit, Key key) {
        Instant sent = now;
        if (variation.isZero()) {
            arrived(visit, key, sent);
        } else {
            at(now.plus(millis((double) variation.toMillis() * random.nextDouble())), () -> arrived(visit, key, sent));
        }
    }

    private void arrived(Visit visit, Key key, Instant sent) {
        Reply reply = pool.of(key).ask(key, visit.request(), now);
        boolean answered = reply instanceof Reply.Answered;
        Duration latency = latency(reply);
        int cached = reply instanceof Reply.Answered(var _, var tokens) ? tokens : 0;
        Duration first = latency.dividedBy(20);
        if (answered && visit.request().conversation() != 0) {
            first = millis(FIRST_TOKEN_MILLIS + (visit.request().prompt() - cached) / TOKENS_READ_PER_MILLI);
            latency = latency.plus(first);
        }
        calls.add(new Call(visit.request(), key, sent, answered, cached, now.plus(first)));
        if (answered && visit.request().streamed()) {
            at(now.plus(first), () -> carryOut(strategy.answering(visit, key, now)));
        }
        at(now.plus(latency), () -> {
            carryOut(strategy.ended(visit, key, reply, now));
            if (!answered) {
                arrive(visit.failedWith(key));
            }
        });
    }

    private Duration latency(Reply reply) {
        return millis(
                switch (reply) {
                    case Reply.Answered _ ->
                        (double) scenario.answer().toMillis() * StrictMath.exp(0.5 * random.nextGaussian());
                    case Reply.Failed(Failure.RateLimited _, var _) ->
                        (double) scenario.refusal().toMillis() * (1 + random.nextDouble());
                    case Reply.Failed _ -> 2 + 6 * random.nextDouble();
                });
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos((long) (millis * 1e6));
    }

    private void refuse(Visit visit, @Nullable Instant readyAt) {
        Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(visit.retries(), 4));
        Instant soonest = now.plus(backoff.compareTo(LONGEST_BACKOFF) < 0 ? backoff : LONGEST_BACKOFF);
        Instant retry = readyAt == null || readyAt.isBefore(soonest) ? soonest : readyAt;
        if (!retry.isAfter(visit.request().arrivedAt().plus(scenario.patience()))) {
            at(retry, () -> arrive(visit.again()));
        }
    }
}
