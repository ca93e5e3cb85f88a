package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.Extras;
import io.keywheel.json.WrittenJson;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads what a whole message and a delta have in common.
final class MessageContent {

    /// The fields it takes over into the vocabulary. `reasoning_content` is not one of them: it stays an extra,
    /// so that it can leave under the name it came with.
    static final Set<String> NAMES = Set.of("content", "reasoning", "tool_calls");

    private MessageContent() {}

    /// What it says beyond `said`. Of one that spells its thoughts both ways, both leave under their names.
    static Extras beyond(JsonNode message, Set<String> said) {
        if (!message.has("reasoning_content") || !message.has("reasoning")) {
            return WrittenJson.beyond(message, said);
        }
        var names = new HashSet<>(said);
        names.remove("reasoning");
        return WrittenJson.beyond(message, names);
    }

    /// Usually a string; some providers send a list of parts.
    static String said(JsonNode message) {
        JsonNode content = message.path("content");
        if (!content.isArray()) {
            return content.isTextual() ? content.textValue() : "";
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /// Groq, Cerebras: `reasoning`. DeepSeek, vLLM and others: `reasoning_content`.
    static @Nullable String thought(JsonNode message) {
        String reasoning = Json.text(message, "reasoning");
        return reasoning != null ? reasoning : Json.text(message, "reasoning_content");
    }
}
