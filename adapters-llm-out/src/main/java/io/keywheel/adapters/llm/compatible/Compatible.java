package io.keywheel.adapters.llm.compatible;

import io.keywheel.adapters.llm.openai.OpenAiWire;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;

/// Any provider that speaks OpenAI's chat completions: nothing is known of it, so everything is passed on.
public final class Compatible implements LlmProvider {

    public Compatible() {}

    @Override
    public ProviderId id() {
        return COMPATIBLE;
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults(null, null, List.of(), true);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return OpenAiWire.open(settings, Dialect.OPENAI);
    }
}
