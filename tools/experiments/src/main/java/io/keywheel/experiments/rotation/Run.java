package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rule.Errand;
import io.keywheel.experiments.rule.Move;
import io.keywheel.experiments.rule.Rule;
import io.keywheel.experiments.rule.Turn;
import io.keywheel.experiments.world.Agenda;
import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One scenario under one rule.
///
/// A client that is refused comes back when the rule says that it is worth it, but not sooner than its backoff, and
/// as long as its patience lasts.
final class Run {

    /// When a client comes back that is told nothing better, as OpenAI's SDKs do.
    static final Duration FIRST_BACKOFF = Duration.ofMillis(500);

    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(8);

    private final Agenda agenda = new Agenda(Pools.START);
    private final Set<Instant> wakeUps = new HashSet<>();
    private final Pool pool;
    private final Rule rule;
    private final Latency latency;
    private final Duration patience;
    private final Journal journal;

    private Run(Scenario scenario, Contender contender, long seed) {
        // The clients do the same whatever the rule.
        List<Request> requests = scenario.load().requests(Pools.START, scenario.time(), new Random(seed));
        pool = scenario.pool().get();
        patience = scenario.patience();
        rule = contender.rule(pool, patience, new Random(seed + 1));
        latency = new Latency(new Random(seed + 2), scenario.pace());
        journal = new Journal(requests);
        requests.forEach(request -> agenda.at(request.arrivedAt(), () -> arrive(Errand.first(request))));
    }

    static Journal of(Scenario scenario, Contender contender, long seed) {
        var run = new Run(scenario, contender, seed);
        run.agenda.run();
        return run.journal;
    }

    static Figures figures(Scenario scenario, Contender contender, long seed) {
        return Tally.of(scenario, of(scenario, contender, seed));
    }

    private void arrive(Errand errand) {
        carryOut(rule.next(errand, agenda.now()));
    }

    private void carryOut(List<Turn> turns) {
        for (Turn turn : turns) {
            switch (turn.move()) {
                case Move.Ask(var key) -> ask(turn.errand(), key);
                case Move.GiveUp(var readyAt) -> refuse(turn.errand(), readyAt);
            }
        }
        rule.nextMoment().ifPresent(this::wakeAt);
    }

    private void ask(Errand errand, Key key) {
        Instant now = agenda.now();
        Reply reply = pool.ask(key, errand.request(), now);
        journal.add(new Journal.Call(errand.request(), key, now, reply instanceof Reply.Answered));
        Duration time = latency.of(reply);
        if (reply instanceof Reply.Answered && errand.request().streamed()) {
            agenda.at(now.plus(Latency.untilContent(time)), () -> carryOut(rule.answering(errand, key, agenda.now())));
        }
        agenda.at(now.plus(time), () -> hear(errand, key, reply));
    }

    private void hear(Errand errand, Key key, Reply reply) {
        carryOut(rule.told(errand, key, reply, agenda.now()));
        if (!(reply instanceof Reply.Answered)) {
            carryOut(rule.next(errand.failedWith(key), agenda.now()));
        }
    }

    private void wakeAt(Instant moment) {
        if (wakeUps.add(moment)) {
            agenda.at(moment, () -> {
                wakeUps.remove(moment);
                carryOut(rule.due(agenda.now()));
            });
        }
    }

    private void refuse(Errand errand, @Nullable Instant readyAt) {
        Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(errand.returns(), 4));
        Instant soonest = agenda.now().plus(backoff.compareTo(LONGEST_BACKOFF) < 0 ? backoff : LONGEST_BACKOFF);
        Instant back = readyAt == null || readyAt.isBefore(soonest) ? soonest : readyAt;
        if (!back.isAfter(errand.request().arrivedAt().plus(patience))) {
            agenda.at(back, () -> arrive(errand.again()));
        }
    }
}
