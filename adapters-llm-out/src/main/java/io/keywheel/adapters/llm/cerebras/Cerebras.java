package io.keywheel.adapters.llm.cerebras;

import static io.keywheel.adapters.llm.openai.Dialect.Place.REQUEST;

import io.keywheel.adapters.llm.openai.Dialect;
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

    private static final Dialect DIALECT = Dialect.STRICT
            // Deprecated, and 400 together with the new name (pipecat #5450, opencode #43716, 2026-08).
            .limitAs("max_completion_tokens", Map.of(DEFAULT_MODEL.value(), 40_960L, "qwen-3.8-27b", 32_768L))
            // 400 in older docs and reports (2026-04); these values are the defaults.
            .withoutValue(REQUEST, "frequency_penalty", "0", "0.0")
            .withoutValue(REQUEST, "presence_penalty", "0", "0.0")
            .withoutValue(REQUEST, "parallel_tool_calls", "true")
            // Cerebras calls Groq's "on_demand" tier "default", and uses it if none is named.
            .withoutValue(REQUEST, "service_tier", "\"on_demand\"");

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
