package io.keywheel.examples.gemini;

import io.keywheel.adapters.llm.sdk.HttpAdapter;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;

/// Gemini, by its own protocol.
public final class Gemini implements LlmProvider {

    @Override
    public ProviderId id() {
        return new ProviderId("gemini");
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults("https://generativelanguage.googleapis.com/v1beta", null, List.of(), false);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return HttpAdapter.open(settings, new GeminiFormat());
    }
}
