package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.routing.ModelId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A dialect's limit of an answer.
///
/// @param name the provider's only name for the most tokens of an answer
/// @param longest the most tokens of an answer by model id; a higher limit, which the provider would refuse, is
///     reduced to this
record Limit(String name, Map<String, Long> longest) {

    Limit {
        longest = Map.copyOf(longest);
    }

    /// The limit to send; null for none.
    @Nullable
    Long of(ModelId model, @Nullable Long requested) {
        return requested == null
                ? null
                : Long.valueOf(Math.min(requested, longest.getOrDefault(model.value(), requested)));
    }
}
