package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.openai.OpenAiWire.Place;
import java.util.Set;

/// A field that is not sent to a provider.
///
/// @param values the JSON values with which it is dropped; empty for any value
record DroppedField(Place place, String field, Set<String> values) {

    DroppedField {
        values = Set.copyOf(values);
    }

    boolean matches(Place where, String name, String json) {
        return (place == where || place == Place.ANYWHERE)
                && field.equals(name)
                && (values.isEmpty() || values.contains(json));
    }
}
