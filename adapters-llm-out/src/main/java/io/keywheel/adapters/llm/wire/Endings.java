package io.keywheel.adapters.llm.wire;

import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.FinishReason;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which choices of a stream have begun, and how those that have ended did. Several may take turns.
final class Endings {

    private final SortedSet<Integer> begun = new TreeSet<>();
    private final Map<Integer, FinishReason> ended = new HashMap<>();

    void take(Piece piece) {
        begun.add(piece.choice());
        if (piece.finishReason() != null) {
            ended.put(piece.choice(), piece.finishReason());
        }
    }

    /// Whether all that has begun has ended.
    boolean complete() {
        return !begun.isEmpty() && ended.size() == begun.size();
    }

    /// Why the first choice ended, as far as it said.
    FinishReason first() {
        return begun.isEmpty() ? FinishReason.OTHER : ended.getOrDefault(begun.first(), FinishReason.OTHER);
    }
}
