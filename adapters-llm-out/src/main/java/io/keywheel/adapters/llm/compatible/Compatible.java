package io.keywheel.adapters.llm.compatible;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// Any provider with OpenAI's chat completions API. Without a [Preset], all fields are passed on.
public final class Compatible implements LlmProvider {

    @Override
    public ProviderId id() {
        return COMPATIBLE;
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults(null, null, List.of(), true);
    }

    @Override
    public Map<ProviderId, ProviderDefaults> presets() {
        return Preset.defaults();
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        return Preset.dialectOf(settings.provider()).open(settings);
    }
}
