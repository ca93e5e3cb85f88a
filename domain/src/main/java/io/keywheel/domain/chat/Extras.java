package io.keywheel.domain.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Fields beyond those that all providers share: names and JSON texts, in their original order.
///
/// The core does not read extras. An adapter passes them on, or reports that it cannot.
///
/// @param fields from field name to its value as the original JSON text
public record Extras(SequencedMap<String, String> fields) {

    private static final SequencedMap<String, String> EMPTY =
            Collections.unmodifiableSequencedMap(new LinkedHashMap<>());

    public static final Extras NONE = new Extras(EMPTY);

    public Extras {
        fields = fields.isEmpty() ? EMPTY : Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    /// The extras with just one field.
    public static Extras of(String name, String json) {
        return new Extras(new LinkedHashMap<>(Map.of(name, json)));
    }
}
