package io.keywheel.adapters.llm.groq;

import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.REQUEST;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOLLESS_REQUEST;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOL_CALL;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOL_MESSAGE;

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

/// Groq, `api.groq.com`.
///
/// It answers 400 to every property that it does not know. What says nothing to the model is therefore left
/// out here; what does say something is sent as it is, so that a refusal is Groq's own.
public final class Groq implements LlmProvider {

    private static final ProviderId ID = new ProviderId("groq");
    private static final ModelId DEFAULT_MODEL = new ModelId("openai/gpt-oss-120b");

    /// Groq's chat models in autumn 2026, until `/models` has been asked.
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
            // API reference: max_tokens is deprecated. Recorded 2026-07 and 2026-08: `max_completion_tokens` must be
            // less than or equal to `16384`. Coding agents ask for 32 000 to 128 000.
            .limitAs("max_completion_tokens", LONGEST_ANSWERS)
            // Typed by groq-sdk 1.6.0, but one word for both keeps a conversation portable.
            .roleAs(Role.DEVELOPER, "system")
            // Recorded 2024-11 of a model that sees no pictures: 'messages.4.content' : value must be a string.
            .withWordsJoined()
            // Recorded 2025-09 and 2026-02: usage comes unasked; asking only adds a chunk.
            .withUsageUnasked()
            // console.groq.com/docs/prompt-caching (2026-11): cached tokens do not count towards rate limits; they are
            // subtracted after processing.
            .withCachedUncounted()
            // Typed by groq-sdk 1.6.0 as "not currently supported"; what OpenAI stores is no concern of an answer.
            .without(REQUEST, "store", "metadata")
            // Recorded 2026: property 'prompt_cache_key' is unsupported. Hints, as the next ones, to a cache that
            // needs none, or to an abuse desk.
            .without(REQUEST, "prompt_cache_key", "prompt_cache_retention", "safety_identifier")
            // Recorded 2026: property 'cache_control' is unsupported. Anthropic's hints, which SDKs put everywhere.
            .without(ANYWHERE, "cache_control")
            // API reference: 400 when given; these values ask for nothing.
            .withoutValue(REQUEST, "logprobs", "false")
            .withoutValue(REQUEST, "top_logprobs", "0")
            .withoutValue(REQUEST, "logit_bias", "{}")
            .withoutValue(REQUEST, "n", "1")
            // Unknown to groq-sdk 1.6.0; words are all it answers with.
            .withoutValue(REQUEST, "modalities", "[\"text\"]")
            // Groq calls OpenAI's "default" tier "on_demand", and uses it when none is named.
            .withoutValue(REQUEST, "service_tier", "\"default\"")
            // Nothing to choose from and nothing to call at once.
            .withoutValue(TOOLLESS_REQUEST, "tool_choice", "\"none\"", "\"auto\"")
            .without(TOOLLESS_REQUEST, "parallel_tool_calls")
            // Recorded 2024-07 to 2026-09: 'messages.2' : ... property 'reasoning_content' is unsupported. "reasoning"
            // is taken only by models that think, and no model needs its old thoughts to go on. The last is
            // OpenRouter's.
            .without(ASSISTANT_MESSAGE, "reasoning", "reasoning_content", "reasoning_details")
            // What SDKs copy from an answer into the history.
            .without(ASSISTANT_MESSAGE, "annotations", "executed_tools", "refusal")
            // Reported 2026: property 'extra_content' is unsupported. Gemini's signature of its own thoughts.
            .without(ASSISTANT_MESSAGE, "extra_content")
            .without(TOOL_CALL, "extra_content")
            // API reference: messages[].name gives 400. A tool's message is tied to its call by tool_call_id alone;
            // the name of a speaker says something and stays.
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
        return OpenAiWire.open(settings, DIALECT);
    }
}
