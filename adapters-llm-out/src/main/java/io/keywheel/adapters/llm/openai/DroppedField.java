package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.openai.OpenAiWire.Place;
import java.util.Map;
import java.util.Set;

/// A field that a provider never gets to see.
///
/// @param values only with one of these values in JSON; none means with any
record DroppedField(Place place, String field, Set<String> values) {

    DroppedField {
        values = Set.copyOf(values);
    }

    boolean meets(Place where, Map.Entry<String, String> said) {
        return (place == where || place == Place.ANYWHERE)
                && field.equals(said.getKey())
                && (values.isEmpty() || values.contains(said.getValue()));
    }
}
