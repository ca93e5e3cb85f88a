package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rule.Move;
import io.keywheel.experiments.rule.Rule;
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
/// Requests that the rule makes wait stand in one line, first come first. At each report, and at each moment that
/// one of them waits for, those go that can.
final class Run {

    /// What a client does that is told nothing better.
    private static final Duration COMES_BACK = Duration.ofSeconds(1);

    private final Agenda agenda = new Agenda(Pools.START);
    private final Line line = new Line();
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
        latency = new Latency(new Random(seed + 2));
        journal = new Journal(requests);
        requests.forEach(request -> agenda.at(request.arrivedAt(), () -> arrive(request)));
    }

    static Journal of(Scenario scenario, Contender contender, long seed) {
        var run = new Run(scenario, contender, seed);
        run.agenda.run();
        return run.journal;
    }

    private void arrive(Request request) {
        proceed(Errand.of(request));
    }

    private void proceed(Errand errand) {
        carryOut(errand, rule.next(errand.request(), errand.tried(), agenda.now()));
    }

    private void carryOut(Errand errand, Move move) {
        switch (move) {
            case Move.Ask(var key) -> ask(errand, key);
            case Move.Wait(var until) -> {
                line.join(errand);
                wakeAt(until);
            }
            case Move.GiveUp(var readyAt) -> refuse(errand.request(), readyAt);
        }
    }

    private void ask(Errand errand, Key key) {
        Instant now = agenda.now();
        Reply reply = pool.ask(key, errand.request(), now);
        journal.add(new Journal.Call(errand.request(), key, now, reply));
        agenda.at(now.plus(latency.of(reply)), () -> hear(errand, key, reply));
    }

    private void hear(Errand errand, Key key, Reply reply) {
        rule.told(errand.request(), key, reply, agenda.now());
        if (!(reply instanceof Reply.Answered)) {
            proceed(errand.failedWith(key));
        }
        letGo();
    }

    private void wakeAt(Instant moment) {
        if (wakeUps.add(moment)) {
            agenda.at(moment, () -> {
                wakeUps.remove(moment);
                letGo();
            });
        }
    }

    private void letGo() {
        for (Errand errand : line.inOrder()) {
            line.leave(errand);
            Move move = rule.next(errand.request(), errand.tried(), agenda.now());
            carryOut(errand, move);
            if (move instanceof Move.Wait && errand.tried().isEmpty()) {
                // Whoever comes behind would be told the same.
                return;
            }
        }
    }

    private void refuse(Request request, @Nullable Instant readyAt) {
        Instant soonest = agenda.now().plus(COMES_BACK);
        Instant back = readyAt == null || readyAt.isBefore(soonest) ? soonest : readyAt;
        if (!back.isAfter(request.arrivedAt().plus(patience))) {
            agenda.at(back, () -> arrive(request));
        }
    }
}
