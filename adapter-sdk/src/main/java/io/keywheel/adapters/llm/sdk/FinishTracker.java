package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.FinishReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Tracks which choices of a stream have begun, and how they have ended. Chunks of different choices may alternate.
final class FinishTracker {

    private final Set<Integer> begun = new HashSet<>();
    private final Set<Integer> calling = new HashSet<>();
    private final Map<Integer, FinishReason> ended = new HashMap<>();
    private final int requested;

    FinishTracker(int requested) {
        this.requested = requested;
    }

    void take(Piece piece) {
        if (!piece.delta().toolCalls().isEmpty()) {
            calling.add(piece.choice());
        }
        begun.add(piece.choice());
        if (piece.finishReason() != null) {
            ended.put(piece.choice(), piece.finishReason());
        }
    }

    boolean allBegunEnded() {
        return !begun.isEmpty() && ended.size() == begun.size();
    }

    /// Whether all requested choices have ended. Some providers send them one after the other.
    boolean allRequestedEnded() {
        return allBegunEnded() && ended.size() >= requested;
    }

    /// The finish reason of each choice that has begun; of the first if none has.
    SortedMap<Integer, FinishReason> reasons() {
        var reasons = new TreeMap<Integer, FinishReason>();
        for (int choice : begun.isEmpty() ? Set.of(0) : begun) {
            reasons.put(choice, ended.getOrDefault(choice, unreported(calling.contains(choice))));
        }
        return reasons;
    }

    /// Whether `reason` explains an empty answer: reasoning may use up the token limit, and a filter may remove
    /// everything.
    static boolean explainsEmptiness(FinishReason reason) {
        return switch (reason) {
            case LENGTH, CONTENT_FILTER -> true;
            case STOP, TOOL_CALLS, OTHER -> false;
        };
    }

    /// The finish reason of an answer whose provider reports none. Clients wait for `tool_calls` before they run calls.
    static FinishReason unreported(boolean calls) {
        return calls ? FinishReason.TOOL_CALLS : FinishReason.OTHER;
    }
}
