package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.FinishReason;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// Tracks which choices of a stream have begun, and how they have ended. Choices may take turns.
final class FinishTracker {

    private final SortedSet<Integer> begun = new TreeSet<>();
    private final Map<Integer, FinishReason> ended = new HashMap<>();
    private final int asked;
    private int latest = -1;

    /// @param asked how many choices the request wants
    FinishTracker(int asked) {
        this.asked = asked;
    }

    void take(Piece piece) {
        if (piece.finishReason() == null && piece.choice() == latest) {
            return;
        }
        latest = piece.choice();
        begun.add(piece.choice());
        if (piece.finishReason() != null) {
            ended.put(piece.choice(), piece.finishReason());
        }
    }

    /// Whether each choice that began has ended.
    boolean complete() {
        return !begun.isEmpty() && ended.size() == begun.size();
    }

    /// Whether all choices that the request wants have ended. Some providers send them one after the other.
    boolean all() {
        return complete() && ended.size() >= asked;
    }

    /// Why the first choice ended; [FinishReason#OTHER] if it did not say.
    FinishReason first() {
        return begun.isEmpty() ? FinishReason.OTHER : ended.getOrDefault(begun.first(), FinishReason.OTHER);
    }
}
