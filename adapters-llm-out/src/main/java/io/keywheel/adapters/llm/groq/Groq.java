package io.keywheel.adapters.llm.groq;

import io.keywheel.adapters.llm.wire.OpenAiWire;
import io.keywheel.adapters.llm.wire.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;

/// Groq, `api.groq.com`.
///
/// It answers 400 to every property that it does not know. What says nothing to the model is therefore left out
/// here; what does say something is sent as it is, so that a refusal is Groq's own.
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

    private static final Dialect DIALECT = Dialect.OPENAI
            // API reference: max_tokens is deprecated.
            .maxTokensAs("max_completion_tokens")
            // Typed by groq-sdk 1.6.0, but one word for both keeps a conversation portable.
            .roleAs(Role.DEVELOPER, "system")
            // Typed by groq-sdk 1.6.0 as "not currently supported"; what OpenAI stores is no concern of an answer.
            .without("store", "metadata")
            // Unknown to groq-sdk 1.6.0: hints to a cache or an abuse desk that Groq does not have.
            .without("prompt_cache_key", "prompt_cache_retention", "safety_identifier")
            // API reference: 400 when given; these values ask for nothing.
            .withoutValue("logprobs", "false")
            .withoutValue("logit_bias", "{}")
            .withoutValue("n", "1")
            // Groq calls OpenAI's "default" tier "on_demand", and uses it when none is named.
            .withoutValue("service_tier", "\"default\"")
            // Recorded 2024-07 to 2026-09: 'messages.2' : ... property 'reasoning_content' is unsupported. "reasoning"
            // is taken only by models that think, and no model needs its old thoughts to go on.
            .withoutIn(Role.ASSISTANT, "reasoning", "reasoning_content")
            // What SDKs copy from an answer into the history.
            .withoutIn(Role.ASSISTANT, "annotations", "executed_tools", "refusal")
            // API reference: messages[].name gives 400. A tool's message is tied to its call by tool_call_id alone;
            // the name of a speaker says something and stays.
            .withoutIn(Role.TOOL, "name")
            // Recorded 2025-09 and 2026-02: usage comes unasked; asking only adds a chunk.
            .withUsageUnasked();

    public Groq() {}

    @Override
    public ProviderId id() {
        return ID;
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults("https://api.groq.com/openai/v1", DEFAULT_MODEL, KNOWN_MODELS);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return OpenAiWire.open(settings, DIALECT);
    }
}
