package io.keywheel.experiments;

import java.time.Instant;
import java.util.List;

/// Each call takes the next key, whatever happened before.
final class RoundRobin implements Strategy {

    private final List<Key> keys;
    private final int attempts;
    private int next;

    RoundRobin(List<Key> keys, int attempts) {
        this.keys = keys;
        this.attempts = attempts;
    }

    @Override
    public List<Move> next(Visit visit, Instant now) {
        return List.of(
                visit.tried().size() >= attempts
                        ? new Move.Refuse(visit, null)
                        : new Move.Ask(visit, keys.get(next++ % keys.size())));
    }
}
