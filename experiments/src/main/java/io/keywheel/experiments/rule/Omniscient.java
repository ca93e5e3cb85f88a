package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Pool;
import io.keywheel.experiments.world.Reply;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;

/// Sees into the providers' books and so never asks in vain. No client can; it shows how much there was to be had.
public final class Omniscient implements Rule {

    private final Pool pool;
    private final Duration maxWait;
    private final SequencedSet<Key> turns;

    /// @param maxWait how long a request waits where none can be answered
    public Omniscient(Pool pool, Duration maxWait) {
        this.pool = pool;
        this.maxWait = maxWait;
        this.turns = new LinkedHashSet<>(pool.keys());
    }

    @Override
    public Move next(Request request, List<Key> tried, Instant now) {
        Key soonest = turns.stream()
                .min(Comparator.comparing(key -> pool.wouldAnswer(key, request, now)))
                .map(Objects::requireNonNull)
                .orElseThrow();
        Instant at = pool.wouldAnswer(soonest, request, now);
        if (!at.isAfter(now)) {
            turns.addLast(soonest);
            return new Move.Ask(soonest);
        }
        return at.isAfter(request.arrivedAt().plus(maxWait)) ? new Move.GiveUp(at) : new Move.Wait(at);
    }

    @Override
    public void told(Request request, Key key, Reply reply, Instant now) {}
}
