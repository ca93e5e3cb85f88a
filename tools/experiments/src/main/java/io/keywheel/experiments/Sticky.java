package io.keywheel.experiments;

import java.time.Instant;
import java.util.List;

/// Each call takes the same key, until a call with it fails: from then on the next one.
final class Sticky implements Strategy {

    private final List<Key> keys;
    private int current;

    Sticky(List<Key> keys) {
        this.keys = keys;
    }

    @Override
    public List<Move> next(Visit visit, Instant now) {
        return List.of(
                visit.tried().size() >= keys.size()
                        ? new Move.Refuse(visit, null)
                        : new Move.Ask(visit, keys.get(current)));
    }

    @Override
    public List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
        if (reply instanceof Reply.Failed && key.equals(keys.get(current))) {
            current = (current + 1) % keys.size();
        }
        return List.of();
    }
}
