package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Sees into the providers' books and so never asks in vain. No client can; it shows how much there was to be had.
public final class Omniscient implements Rule {

    private final Pool pool;
    private final Duration maxWait;
    private final SequencedSet<Key> turns;
    private final Line line = new Line();

    /// @param maxWait how long a request waits where none can be answered
    public Omniscient(Pool pool, Duration maxWait) {
        this.pool = pool;
        this.maxWait = maxWait;
        this.turns = new LinkedHashSet<>(pool.keys());
    }

    @Override
    public List<Turn> next(Errand errand, Instant now) {
        line.join(errand);
        return due(now);
    }

    @Override
    public List<Turn> told(Errand errand, Key key, Reply reply, Instant now) {
        return due(now);
    }

    @Override
    public Optional<Instant> nextMoment() {
        return line.nextMoment();
    }

    @Override
    public List<Turn> due(Instant now) {
        return line.move(errand -> decide(errand.request(), now), now);
    }

    private Move decide(Request request, Instant now) {
        Instant at = Instant.MAX;
        for (Key key : turns) {
            Instant of = pool.wouldAnswer(key, request, now);
            if (!of.isAfter(now)) {
                turns.addLast(key);
                return new Move.Ask(key);
            }
            at = of.isBefore(at) ? of : at;
        }
        return at.isAfter(request.arrivedAt().plus(maxWait)) ? new Move.GiveUp(at) : new Move.Wait(at);
    }
}
