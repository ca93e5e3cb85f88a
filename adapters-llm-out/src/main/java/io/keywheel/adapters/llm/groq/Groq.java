package io.keywheel.adapters.llm.groq;

import static io.keywheel.adapters.llm.openai.Dialect.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.REQUEST;
import static io.keywheel.adapters.llm.openai.Dialect.Place.TOOL_MESSAGE;

import io.keywheel.adapters.llm.openai.Dialect;
import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// Groq, `api.groq.com`.
public final class Groq implements LlmProvider {

    private static final ProviderId ID = new ProviderId("groq");
    private static final ModelId DEFAULT_MODEL = new ModelId("openai/gpt-oss-120b");

    /// Groq's chat models in autumn 2026, known before the first `/models` list.
    private static final List<ModelId> KNOWN_MODELS = List.of(
            DEFAULT_MODEL,
            new ModelId("openai/gpt-oss-20b"),
            new ModelId("groq/compound"),
            new ModelId("groq/compound-mini"),
            new ModelId("qwen/qwen3.8-27b"),
            new ModelId("qwen/qwen3.6-27b"));

    /// From the provider's list of models, summer 2026. It has no limit of qwen3.8.
    private static final Map<String, Long> LONGEST_ANSWERS = Map.of(
            "openai/gpt-oss-120b", 65_536L,
            "openai/gpt-oss-20b", 65_536L,
            "groq/compound", 8_192L,
            "groq/compound-mini", 8_192L,
            "qwen/qwen3.6-27b", 16_384L);

    private static final Dialect DIALECT = Dialect.STRICT
            // API reference: max_tokens is deprecated. Recorded 2026-07 and 2026-08: `max_completion_tokens` must
            // be less than or equal to `16384`. Coding agents request 32 000 to 128 000.
            .limitAs("max_completion_tokens", LONGEST_ANSWERS)
            // console.groq.com/docs/prompt-caching (2026-11): cached tokens do not count towards rate limits; they are
            // subtracted after processing.
            .with(Trait.CACHED_TOKENS_UNCOUNTED)
            // Recorded 2026: property 'prompt_cache_key' is unsupported. A hint for a cache that needs none.
            .without(REQUEST, "prompt_cache_key")
            // Groq calls OpenAI's "default" tier "on_demand", and uses it if none is named.
            .withoutValue(REQUEST, "service_tier", "\"default\"")
            // Cerebras' name for the model's default (livekit/agents 6106, 2026-07). Groq has none.
            .withoutValue(REQUEST, "reasoning_format", "\"none\"")
            // API reference: messages[].name gives 400. Only tool_call_id links a tool's message to its call, and
            // LangChain's createAgent 1.5 names each answer "model" by default. The name of a speaker affects the
            // answer and stays.
            .without(TOOL_MESSAGE, "name")
            .withoutValue(ASSISTANT_MESSAGE, "name", "\"model\"");

    @Override
    public ProviderId id() {
        return ID;
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults("https://api.groq.com/openai/v1", DEFAULT_MODEL, KNOWN_MODELS, false);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return DIALECT.open(settings);
    }
}
