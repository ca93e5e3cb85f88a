package io.keywheel.adapters.llm.openai;

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
        long prompt = count(usage.path("prompt_tokens"), 0);
        long completion = count(usage.path("completion_tokens"), 0);
        long total = count(usage.path("total_tokens"), prompt + completion);
        return new TokenUsage(prompt, completion, total, WrittenJson.beyond(usage, NAMES));
    }

    /// A number beyond all of `long`, as 1e300, would become any other: it is the most that there can be.
    private static long count(JsonNode count, long otherwise) {
        double near = count.asDouble(0);
        return Math.abs(near) > TokenUsage.MOST ? (near > 0 ? TokenUsage.MOST : 0) : count.asLong(otherwise);
    }
}
