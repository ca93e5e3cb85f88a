package io.keywheel.adapters.llm.cerebras;

import static io.keywheel.adapters.llm.openai.Dialect.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.REQUEST;
import static io.keywheel.adapters.llm.openai.Dialect.Place.TOOLLESS_REQUEST;
import static io.keywheel.adapters.llm.openai.Dialect.Place.TOOL_CALL;

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

/// Cerebras, `api.cerebras.ai`.
///
/// It answers 400 to every unknown property. So properties that do not affect the answer are left out here. All
/// others are sent unchanged, so that Cerebras itself refuses them.
///
/// Prompt tokens from its cache count towards one of its two token limits, that of all tokens
/// (`inference-docs.cerebras.ai/support/rate-limits`, 2026-11).
public final class Cerebras implements LlmProvider {

    private static final ProviderId ID = new ProviderId("cerebras");
    private static final ModelId DEFAULT_MODEL = new ModelId("gpt-oss-120b");

    /// Cerebras' chat models in autumn 2026, known before the first `/models` list.
    private static final List<ModelId> KNOWN_MODELS = List.of(DEFAULT_MODEL, new ModelId("qwen-3.8-27b"));

    /// Measured 2026-09-04 (dcdpr/jp #1085): the most of its tokens per minute that Cerebras reserves for an answer
    /// when it admits a request. It does not return the unused ones.
    private static final long MOST_RESERVED = 16_384;

    private static final Dialect DIALECT = Dialect.OPENAI
            // Deprecated, and 400 together with the new name (pipecat #5450, opencode #43716, 2026-08).
            .limitAs("max_completion_tokens", Map.of(DEFAULT_MODEL.value(), 40_960L, "qwen-3.8-27b", 32_768L))
            // The docs have no role developer; on gpt-oss, system already has that level.
            .with(Trait.DEVELOPER_IS_SYSTEM)
            // Recorded 2025-08 from a model without image input: messages.0.system.content: Input should be a valid
            // string.
            .with(Trait.TEXT_JOINED)
            // Recorded 2026-04: usage comes with the last chunk anyway; include_usage has no effect.
            .with(Trait.USAGE_UNREQUESTED)
            // Recorded 2026-07-02: store: property 'store' is unsupported.
            .without(REQUEST, "store", "metadata")
            // Unknown to the SDK 1.91.0: hints for a cache or for abuse detection, which Cerebras does not have.
            .without(REQUEST, "prompt_cache_retention", "safety_identifier")
            // Reported 2026: property 'cache_control' is unsupported. Cache hints for Anthropic, which SDKs put
            // everywhere.
            .without(ANYWHERE, "cache_control")
            // 400 in older docs and reports (2026-04); these values are the defaults.
            .withoutValue(REQUEST, "frequency_penalty", "0", "0.0")
            .withoutValue(REQUEST, "presence_penalty", "0", "0.0")
            .withoutValue(REQUEST, "parallel_tool_calls", "true")
            .withoutValue(REQUEST, "logprobs", "false")
            .withoutValue(REQUEST, "top_logprobs", "0")
            .withoutValue(REQUEST, "logit_bias", "{}")
            .withoutValue(REQUEST, "n", "1")
            // Unknown to the SDK 1.91.0; all its answers are text.
            .withoutValue(REQUEST, "modalities", "[\"text\"]")
            // Cerebras calls Groq's "on_demand" tier "default", and uses it if none is named.
            .withoutValue(REQUEST, "service_tier", "\"on_demand\"")
            // Docs of API version 2, the default since 2026-07-21: tool_choice without tools gives 400.
            .withoutValue(TOOLLESS_REQUEST, "tool_choice", "\"none\"", "\"auto\"")
            .without(TOOLLESS_REQUEST, "parallel_tool_calls")
            // Recorded 2026-05 to 2026-09: messages.2.assistant.reasoning_content: property ... is unsupported.
            // Cerebras accepts "reasoning", but no model needs earlier reasoning to continue, and other providers
            // refuse it. "reasoning_details" is OpenRouter's.
            .without(ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
            // Fields that SDKs copy from an answer into the history.
            .without(ASSISTANT_MESSAGE, "annotations", "executed_tools", "refusal")
            // Reported 2026: messages.1.assistant.tool_calls.0.extra_content: property ... is unsupported. Gemini's
            // signature of its reasoning.
            .without(ASSISTANT_MESSAGE, "extra_content")
            .without(TOOL_CALL, "extra_content");

    @Override
    public ProviderId id() {
        return ID;
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults("https://api.cerebras.ai/v1", DEFAULT_MODEL, KNOWN_MODELS, false, MOST_RESERVED);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return DIALECT.open(settings);
    }
}
