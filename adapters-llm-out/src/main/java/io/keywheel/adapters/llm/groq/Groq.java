package io.keywheel.adapters.llm.groq;

import static io.keywheel.adapters.llm.openai.Dialect.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.REQUEST;
import static io.keywheel.adapters.llm.openai.Dialect.Place.TOOLLESS_REQUEST;
import static io.keywheel.adapters.llm.openai.Dialect.Place.TOOL_CALL;
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
///
/// It answers 400 to every unknown property. So properties that do not affect the answer are left out here. All
/// others are sent unchanged, so that Groq itself refuses them.
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

    /// From the provider's list of models, summer 2026.
    private static final Map<String, Long> LONGEST_ANSWERS = Map.of(
            DEFAULT_MODEL.value(),
            65_536L,
            "openai/gpt-oss-20b",
            65_536L,
            "groq/compound",
            8_192L,
            "groq/compound-mini",
            8_192L,
            "qwen/qwen3.6-27b",
            16_384L);

    private static final Dialect DIALECT = Dialect.OPENAI
            // API reference: max_tokens is deprecated. Recorded 2026-07 and 2026-08: `max_completion_tokens` must
            // be less than or equal to `16384`. Coding agents request 32 000 to 128 000.
            .limitAs("max_completion_tokens", LONGEST_ANSWERS)
            // Typed by groq-sdk 1.6.0, but one name for both roles keeps a conversation portable.
            .with(Trait.DEVELOPER_IS_SYSTEM)
            // Recorded 2024-11 from a model without image input: 'messages.4.content' : value must be a string.
            .with(Trait.TEXT_JOINED)
            // Recorded 2025-09 and 2026-02: usage comes anyway; include_usage only adds a chunk.
            .with(Trait.USAGE_UNREQUESTED)
            // console.groq.com/docs/prompt-caching (2026-11): cached tokens do not count towards rate limits; they are
            // subtracted after processing.
            .with(Trait.CACHED_TOKENS_UNCOUNTED)
            // Typed by groq-sdk 1.6.0 as "not currently supported"; storage at OpenAI does not affect an answer.
            .without(REQUEST, "store", "metadata")
            // Recorded 2026: property 'prompt_cache_key' is unsupported. All three are hints, for a cache that
            // needs none or for abuse detection.
            .without(REQUEST, "prompt_cache_key", "prompt_cache_retention", "safety_identifier")
            // Recorded 2026: property 'cache_control' is unsupported. Cache hints for Anthropic, which SDKs put
            // everywhere.
            .without(ANYWHERE, "cache_control")
            // API reference: 400 if present; these values request nothing.
            .withoutValue(REQUEST, "logprobs", "false")
            .withoutValue(REQUEST, "top_logprobs", "0")
            .withoutValue(REQUEST, "logit_bias", "{}")
            .withoutValue(REQUEST, "n", "1")
            // Unknown to groq-sdk 1.6.0; all its answers are text.
            .withoutValue(REQUEST, "modalities", "[\"text\"]")
            // Groq calls OpenAI's "default" tier "on_demand", and uses it if none is named.
            .withoutValue(REQUEST, "service_tier", "\"default\"")
            // Without tools, these fields have no effect.
            .withoutValue(TOOLLESS_REQUEST, "tool_choice", "\"none\"", "\"auto\"")
            .without(TOOLLESS_REQUEST, "parallel_tool_calls")
            // Recorded 2024-07 to 2026-09: 'messages.2' : ... property 'reasoning_content' is unsupported. Only
            // reasoning models accept "reasoning", and no model needs earlier reasoning to continue.
            // "reasoning_details" is OpenRouter's.
            .without(ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
            // Fields that SDKs copy from an answer into the history.
            .without(ASSISTANT_MESSAGE, "annotations", "executed_tools", "refusal")
            // Reported 2026: property 'extra_content' is unsupported. Gemini's signature of its reasoning.
            .without(ASSISTANT_MESSAGE, "extra_content")
            .without(TOOL_CALL, "extra_content")
            // API reference: messages[].name gives 400. Only tool_call_id links a tool's message to its call; the
            // name of a speaker affects the answer and stays.
            .without(TOOL_MESSAGE, "name");

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
