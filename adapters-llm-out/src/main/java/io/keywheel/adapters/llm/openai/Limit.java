package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.routing.ModelId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a dialect limits an answer.
///
/// @param name its one name for the most tokens that an answer may have
/// @param longest the longest answers of models, by id; a wish for more, which the provider refuses, becomes that
record Limit(String name, Map<String, Long> longest) {

    Limit {
        longest = Map.copyOf(longest);
    }

    /// What is sent of a wish.
    @Nullable
    Long of(ModelId model, @Nullable Long wished) {
        return wished == null ? null : Long.valueOf(Math.min(wished, longest.getOrDefault(model.value(), wished)));
    }
}
