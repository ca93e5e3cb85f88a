package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.chat.Chunk.ToolCallPart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Numbers the fragments of tool calls that have no index. Gemini sends none, and each call in a chunk of its own
/// (openai/openai-python 2806, noho/dayu-agent 57, 2026-04). Confined to one thread.
final class CallNumbers {

    /// The index of a fragment without one.
    static final int NONE = -1;

    private final Map<Integer, OfChoice> choices = new HashMap<>();

    List<ToolCallPart> numbered(int choice, List<ToolCallPart> parts) {
        return parts.isEmpty()
                ? parts
                : parts.stream()
                        .map(choices.computeIfAbsent(choice, _ -> new OfChoice())::numbered)
                        .toList();
    }

    private static final class OfChoice {

        private int latest;
        private int count;
        private String latestId = "";

        /// A fragment without an index begins a call if it has another id, or a name without an id.
        private ToolCallPart numbered(ToolCallPart part) {
            String id = Objects.requireNonNullElse(part.id(), "");
            String name = Objects.requireNonNullElse(part.name(), "");
            boolean begins = id.isEmpty() ? !name.isEmpty() : !id.equals(latestId);
            latest = part.index() != NONE ? part.index() : begins ? count : latest;
            count = Math.max(count, latest + 1);
            latestId = id.isEmpty() ? latestId : id;
            return new ToolCallPart(latest, part.id(), part.name(), part.arguments(), part.extras());
        }
    }
}
