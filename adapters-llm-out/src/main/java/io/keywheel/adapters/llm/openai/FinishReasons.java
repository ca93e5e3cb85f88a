package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.FinishReason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A provider's word for why a choice ended.
final class FinishReasons {

    static final String NAME = "finish_reason";

    /// What some say instead of null, with every piece of a stream. SGLang #3912 (2025-02), Ollama #4357 (2024-05):
    /// the empty word; KoboldCpp (AIShell #350, 2025-03): the word null.
    private static final Set<String> NONE = Set.of("", "null");

    private FinishReasons() {}

    /// Null where there is no word.
    static @Nullable FinishReason reason(JsonNode choice) {
        String word = Json.text(choice, NAME);
        return word == null || NONE.contains(word) ? null : meaning(word);
    }

    private static FinishReason meaning(String word) {
        return switch (word) {
            case "stop" -> FinishReason.STOP;
            case "length" -> FinishReason.LENGTH;
            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
    }

    /// Whether it says that the choice goes on.
    static boolean isNone(JsonNode choice) {
        JsonNode word = choice.path(NAME);
        return word.isNull() || (word.isTextual() && NONE.contains(word.textValue()));
    }

    /// Whether the vocabulary says it with the same word. Any other word is to be kept.
    static boolean isShared(JsonNode choice) {
        FinishReason reason = reason(choice);
        return reason != null && reason != FinishReason.OTHER && reason.label().equals(Json.text(choice, NAME));
    }
}
