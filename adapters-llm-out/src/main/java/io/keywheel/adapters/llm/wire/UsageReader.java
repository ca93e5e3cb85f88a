package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.json.WrittenJson;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads what an answer cost.
final class UsageReader {

    private static final Set<String> NAMES = Set.of("prompt_tokens", "completion_tokens", "total_tokens");

    private UsageReader() {}

    /// Groq tells it as `usage`, as `x_groq.usage` (streams recorded 2025-09) or as both (2026-02).
    static @Nullable TokenUsage read(JsonNode root) {
        JsonNode usage = root.path("usage");
        if (!usage.isObject()) {
            usage = root.path("x_groq").path("usage");
        }
        if (!usage.isObject()) {
            return null;
        }
        long prompt = usage.path("prompt_tokens").asLong();
        long completion = usage.path("completion_tokens").asLong();
        long total = usage.path("total_tokens").asLong(prompt + completion);
        return new TokenUsage(prompt, completion, total, WrittenJson.beyond(usage, NAMES));
    }
}
