package io.keywheel.examples.ollama;

import io.keywheel.adapters.llm.sdk.HttpAdapter;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;

/// Ollama's protocol. A local server needs no key; ollama.com uses one.
public final class Ollama implements LlmProvider {

    /// How long a model stays in memory after an answer, as in `10m`.
    private static final ProviderOption<String> KEEP_ALIVE = ProviderOption.text("KEEP_ALIVE");

    @Override
    public ProviderId id() {
        return new ProviderId("ollama");
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults("http://localhost:11434", null, List.of(), true);
    }

    @Override
    public List<ProviderOption<?>> options() {
        return List.of(KEEP_ALIVE);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return HttpAdapter.open(settings, new OllamaFormat(settings.option(KEEP_ALIVE)));
    }
}
