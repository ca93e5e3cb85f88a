package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.domain.chat.BlockNumbers;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Numbers the tool calls of each choice from 0, in the order in which they begin. Confined to one thread.
///
/// Gemini sends fragments without an index, and each call in a chunk of its own (openai/openai-python 2806,
/// noho/dayu-agent 57, 2026-04). Ollama gives several calls the index 0. Clients would merge those, and calls without
/// an id, as Gemini sent them in 2025 (camel-ai/camel 3027).
final class ToolCallNumbers {

    /// The index of a fragment without one.
    static final int NONE = -1;

    /// A longer name is not joined, because each piece copies it. OpenAI's have at most 64 characters.
    private static final int LONGEST_JOINED = 1000;

    private final Map<Integer, OfChoice> choices = new HashMap<>();

    List<ToolCallPart> numbered(int choice, List<ToolCallPart> parts) {
        return parts.stream()
                .map(choices.computeIfAbsent(choice, _ -> new OfChoice())::numbered)
                .toList();
    }

    private static final class OfChoice {

        private final BlockNumbers numbers = new BlockNumbers();

        /// The calls that have begun without an id and got one here.
        private final Set<Integer> withGeneratedId = new HashSet<>();

        /// The last id of each call.
        private final Map<Integer, String> ids = new HashMap<>();

        /// The name so far of each call.
        private final Map<Integer, String> names = new HashMap<>();

        private int count;
        private int latest;
        private int unused = NONE;
        private String latestId = "";

        /// A fragment without an index begins a call if it has another id, or a name without an id.
        private ToolCallPart numbered(ToolCallPart part) {
            String id = Objects.requireNonNullElse(part.id(), "");
            String name = Objects.requireNonNullElse(part.name(), "");
            boolean begins = id.isEmpty() ? !name.isEmpty() : !id.equals(latestId);
            if (part.index() != NONE) {
                latest = part.index();
            } else if (begins) {
                latest = unused--;
            }
            latestId = id.isEmpty() ? latestId : id;
            int number = numbers.of(with(latest, part.id(), part.name(), part));
            boolean lacksId = number == count && id.isEmpty() && !name.isEmpty();
            count = Math.max(count, number + 1);
            String newName = newName(name, number);
            if (lacksId) {
                withGeneratedId.add(number);
                return with(number, Format.callId(), newName, part);
            }
            boolean hasGeneratedId = newName == null && withGeneratedId.contains(number);
            return with(number, hasGeneratedId ? null : newId(id, number), newName, part);
        }

        /// Null if the call has had the id already: clients would append it. Fireworks repeats id and name in each
        /// fragment (SillyTavern/SillyTavern 5948, 2026-08).
        private @Nullable String newId(String id, int call) {
            return id.isEmpty() || id.equals(ids.put(call, id)) ? null : id;
        }

        /// The rest of a name that begins with the name so far; null if it is the same. Other pieces are appended, also
        /// if one equals the one before it, as the second `_` of `mcp__files` may.
        private @Nullable String newName(String name, int call) {
            String before = names.getOrDefault(call, "");
            String rest = name.startsWith(before) ? name.substring(before.length()) : name;
            if (before.length() <= LONGEST_JOINED) {
                names.put(call, before + rest);
            }
            return rest.isEmpty() ? null : rest;
        }

        private static ToolCallPart with(int index, @Nullable String id, @Nullable String name, ToolCallPart part) {
            return new ToolCallPart(index, id, name, part.arguments(), part.extras());
        }
    }
}
