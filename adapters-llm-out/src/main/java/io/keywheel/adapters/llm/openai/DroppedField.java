package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.openai.OpenAiWire.Place;
import java.util.Set;

/// A field that a provider never gets to see.
///
/// @param values only with one of these values in JSON; none means with any
record DroppedField(Place place, String field, Set<String> values) {

    DroppedField {
        values = Set.copyOf(values);
    }

    boolean meets(Place where, String name, String json) {
        return (place == where || place == Place.ANYWHERE)
                && field.equals(name)
                && (values.isEmpty() || values.contains(json));
    }
}
