package io.keywheel.experiments.strategies;

import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.simulation.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads the providers' counters, which real clients cannot, and therefore wastes no call: the upper bound.
/// Requests wait in the order of arrival.
public final class Oracle implements Strategy {

    private final Pool pool;
    private final Duration maxWait;
    private final SequencedSet<Key> turns;
    private final TreeSet<Visit> waiting =
            new TreeSet<>(Comparator.comparingInt(visit -> visit.request().number()));
    private @Nullable Instant nextWakeup;

    public Oracle(Pool pool, Duration maxWait) {
        this.pool = pool;
        this.maxWait = maxWait;
        this.turns = new LinkedHashSet<>(pool.keys());
    }

    @Override
    public List<Move> next(Visit visit, Instant now) {
        waiting.add(visit);
        return due(now);
    }

    @Override
    public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
        return due(now);
    }

    @Override
    public Optional<Instant> nextWakeup() {
        return Optional.ofNullable(nextWakeup);
    }

    /// Considers only the first waiting request. After a decision, the next one is due immediately.
    @Override
    public List<Move> due(Instant now) {
        nextWakeup = null;
        Iterator<Visit> first = waiting.iterator();
        if (!first.hasNext()) {
            return List.of();
        }
        Visit visit = first.next();
        Instant readyAt = Instant.MAX;
        Move move = null;
        for (Key key : turns) {
            Instant ofKey = pool.of(key).wouldAnswer(key, visit.request(), now);
            if (!ofKey.isAfter(now)) {
                turns.addLast(key);
                move = new Move.Ask(visit, key);
                break;
            }
            readyAt = ofKey.isBefore(readyAt) ? ofKey : readyAt;
        }
        if (move == null && !readyAt.isAfter(visit.request().arrivedAt().plus(maxWait))) {
            nextWakeup = readyAt;
            return List.of();
        }
        first.remove();
        nextWakeup = waiting.isEmpty() ? null : now;
        return List.of(move == null ? new Move.Refuse(visit, readyAt) : move);
    }
}
