package io.keywheel.domain.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What a caller said beyond the vocabulary all providers share: field names and their JSON texts, in the caller's
/// order.
///
/// The core carries extras and never reads them. An adapter passes them on, or says that it cannot.
///
/// @param fields from field name to its value as JSON text, digits and all as the caller wrote them
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
