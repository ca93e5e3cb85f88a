package io.keywheel.experiments;

import java.time.Instant;
import java.util.List;

/// Each call takes the key that the hash of its conversation names, and after a failure the next one; no memory.
record ConversationHash(List<Key> keys) implements Strategy {

    @Override
    public List<Move> next(Visit visit, Instant now) {
        int tried = visit.tried().size();
        long hash = (visit.request().conversation() * 0x9e3779b97f4a7c15L) >>> 33;
        return List.of(
                tried >= keys.size()
                        ? new Move.Refuse(visit, null)
                        : new Move.Ask(visit, keys.get((int) ((hash + tried) % keys.size()))));
    }
}
