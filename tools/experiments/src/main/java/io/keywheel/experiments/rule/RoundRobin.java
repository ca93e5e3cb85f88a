package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import java.time.Instant;
import java.util.List;

/// Plain round robin without memory: each call takes the next key, whatever happened before.
public final class RoundRobin extends Impatient {

    private final List<Key> keys;
    private final int attempts;
    private int next;

    /// @param attempts the most for one request
    public RoundRobin(List<Key> keys, int attempts) {
        this.keys = List.copyOf(keys);
        this.attempts = attempts;
    }

    @Override
    Move.Decided decide(List<Key> tried, Instant now) {
        if (tried.size() >= attempts) {
            return new Move.GiveUp(null);
        }
        Key key = keys.get(next);
        next = (next + 1) % keys.size();
        return new Move.Ask(key);
    }
}
