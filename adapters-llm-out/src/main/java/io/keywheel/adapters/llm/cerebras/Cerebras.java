package io.keywheel.adapters.llm.cerebras;

import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.REQUEST;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOLLESS_REQUEST;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOL_CALL;

import io.keywheel.adapters.llm.openai.OpenAiWire;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// Cerebras, `api.cerebras.ai`.
///
/// It answers 400 to every property that it does not know. What says nothing to the model is therefore left
/// out here; what does say something is sent as it is, so that a refusal is Cerebras' own.
///
/// Prompt tokens from its cache count towards one of its two token limits, that of all tokens
/// (`inference-docs.cerebras.ai/support/rate-limits`, 2026-11).
public final class Cerebras implements LlmProvider {

    private static final ProviderId ID = new ProviderId("cerebras");
    private static final ModelId DEFAULT_MODEL = new ModelId("gpt-oss-120b");

    /// Cerebras' chat models in autumn 2026, until `/models` has been asked.
    private static final List<ModelId> KNOWN_MODELS = List.of(DEFAULT_MODEL, new ModelId("qwen-3.8-27b"));

    /// Measured 2026-09-04 (dcdpr/jp #1085): what a request takes of the tokens per minute, for good, when it is
    /// admitted.
    private static final long MOST_RESERVED = 16_384;

    private static final Dialect DIALECT = Dialect.OPENAI
            // Deprecated, and 400 together with the new name (pipecat #5450, opencode #43716, 2026-08).
            .limitAs("max_completion_tokens", Map.of(DEFAULT_MODEL.value(), 40_960L, "qwen-3.8-27b", 32_768L))
            // The docs do not offer developer; on gpt-oss, system has that level already.
            .roleAs(Role.DEVELOPER, "system")
            // Recorded 2025-08 of a model that sees no pictures: messages.0.system.content: Input should be a valid
            // string.
            .withWordsJoined()
            // Recorded 2026-04: usage comes unasked with the last chunk; asking has no effect.
            .withUsageUnasked()
            // Recorded 2026-07-02: store: property 'store' is unsupported.
            .without(REQUEST, "store", "metadata")
            // Unknown to the SDK 1.91.0: hints to a cache or an abuse desk that Cerebras does not have.
            .without(REQUEST, "prompt_cache_retention", "safety_identifier")
            // Reported 2026: property 'cache_control' is unsupported. Anthropic's hints, which SDKs put everywhere.
            .without(ANYWHERE, "cache_control")
            // 400 in older docs and reports (2026-04); these values ask for what happens anyway.
            .withoutValue(REQUEST, "frequency_penalty", "0", "0.0")
            .withoutValue(REQUEST, "presence_penalty", "0", "0.0")
            .withoutValue(REQUEST, "parallel_tool_calls", "true")
            .withoutValue(REQUEST, "logprobs", "false")
            .withoutValue(REQUEST, "top_logprobs", "0")
            .withoutValue(REQUEST, "logit_bias", "{}")
            .withoutValue(REQUEST, "n", "1")
            // Unknown to the SDK 1.91.0; words are all it answers with.
            .withoutValue(REQUEST, "modalities", "[\"text\"]")
            // Cerebras calls Groq's "on_demand" tier "default", and uses it when none is named.
            .withoutValue(REQUEST, "service_tier", "\"on_demand\"")
            // Docs of API version 2, the default since 2026-07-21: tool_choice without tools gives 400.
            .withoutValue(TOOLLESS_REQUEST, "tool_choice", "\"none\"", "\"auto\"")
            .without(TOOLLESS_REQUEST, "parallel_tool_calls")
            // Recorded 2026-05 to 2026-09: messages.2.assistant.reasoning_content: property ... is unsupported. Its
            // own "reasoning" is taken, but no model needs its old thoughts to go on, and other providers refuse
            // it.
            // The last is OpenRouter's.
            .without(ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
            // What SDKs copy from an answer into the history.
            .without(ASSISTANT_MESSAGE, "annotations", "executed_tools", "refusal")
            // Reported 2026: messages.1.assistant.tool_calls.0.extra_content: property ... is unsupported. Gemini's
            // signature of its own thoughts.
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
        return OpenAiWire.open(settings, DIALECT);
    }
}
