package io.keywheel.domain.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// Fields beyond those that all providers share: names and JSON texts, in their original order.
///
/// The core reads only whether they have content. An adapter passes them on, or reports that it cannot.
///
/// @param fields from field name to its value as the original JSON text
public record Extras(SequencedMap<String, String> fields) {

    private static final SequencedMap<String, String> EMPTY = Collections.emptySortedMap();

    /// OpenAI: a refusal, audio, and the predecessor of tool calls. OpenRouter: generated images.
    private static final Set<String> CONTENT_FIELDS = Set.of("refusal", "audio", "function_call", "images");

    private static final Set<String> EMPTY_VALUES = Set.of("null", "\"\"", "[]");

    public static final Extras NONE = new Extras(EMPTY);

    public Extras {
        fields = fields.isEmpty() ? EMPTY : Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    /// Whether a field of a choice, or of a piece of it, is content for the client.
    public boolean carryContent() {
        return !fields.isEmpty()
                && CONTENT_FIELDS.stream().anyMatch(name -> !EMPTY_VALUES.contains(fields.getOrDefault(name, "null")));
    }

    public static Extras of(String name, String json) {
        return new Extras(new LinkedHashMap<>(Map.of(name, json)));
    }
}
