package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.FinishReason;
import org.jspecify.annotations.Nullable;

/// A provider's word for why a choice ended.
final class FinishWord {

    static final String NAME = "finish_reason";

    private FinishWord() {}

    /// Null where there is no word.
    static @Nullable FinishReason reason(JsonNode choice) {
        String word = Json.text(choice, NAME);
        return word == null ? null : meaning(word);
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

    /// Whether the vocabulary says it with the same word. Any other word is to be kept.
    static boolean isShared(JsonNode choice) {
        FinishReason reason = reason(choice);
        return reason != null && reason != FinishReason.OTHER && reason.label().equals(Json.text(choice, NAME));
    }
}
