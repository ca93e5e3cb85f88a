package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the token usage of an answer.
final class UsageReader {

    private static final Set<String> TYPED_FIELDS = Set.of("prompt_tokens", "completion_tokens", "total_tokens");

    private UsageReader() {}

    /// Groq sends it as `usage`, as `x_groq.usage` (streams recorded 2025-09) or as both (2026-02).
    static @Nullable TokenUsage ofGroq(JsonReader in) throws IOException {
        TokenUsage usage = null;
        for (String name = in.firstField(); name != null; name = in.nextField()) {
            if (name.equals("usage")) {
                usage = read(in);
            } else {
                in.skip();
            }
        }
        return usage;
    }

    static @Nullable TokenUsage read(JsonReader in) throws IOException {
        if (!in.enterObject()) {
            return null;
        }
        long prompt = 0;
        long completion = 0;
        long total = -1;
        Long cached = null;
        long hits = -1;
        Long reasoning = null;
        var extras = new LinkedHashMap<String, String>();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            int start = in.start();
            switch (name) {
                case "prompt_tokens" -> prompt = in.count(TokenUsage.MOST, 0);
                case "completion_tokens" -> completion = in.count(TokenUsage.MOST, 0);
                case "total_tokens" -> total = in.count(TokenUsage.MOST, -1);
                case "prompt_tokens_details" -> cached = count("cached_tokens", in);
                case "completion_tokens_details" -> reasoning = count("reasoning_tokens", in);
                // DeepSeek (api-docs.deepseek.com/guides/kv_cache).
                case "prompt_cache_hit_tokens" -> hits = in.count(TokenUsage.MOST, -1);
                default -> {}
            }
            if (!TYPED_FIELDS.contains(name)) {
                extras.put(name, in.json(start));
            }
        }
        return new TokenUsage(
                prompt,
                completion,
                total < 0 ? prompt + completion : total,
                cached == null && hits >= 0 ? Long.valueOf(hits) : cached,
                reasoning,
                extras.isEmpty() ? Extras.NONE : new Extras(extras));
    }

    /// A count in OpenAI's `prompt_tokens_details`, which Cerebras sends (recorded 2026-04), and Groq since 2026
    /// (vercel/ai 17118), or in `completion_tokens_details`, which both send.
    private static @Nullable Long count(String wanted, JsonReader in) throws IOException {
        Long found = null;
        for (String name = in.firstField(); name != null; name = in.nextField()) {
            long count = in.count(TokenUsage.MOST, -1);
            found = name.equals(wanted) && count >= 0 ? Long.valueOf(count) : found;
        }
        return found;
    }
}
