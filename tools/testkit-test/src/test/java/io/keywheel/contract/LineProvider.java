package io.keywheel.contract;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;

/// The adapter for an invented provider: correct, except for its mutation.
record LineProvider(Mutant mutant) implements LlmProvider {

    @Override
    public ProviderId id() {
        return new ProviderId("lines");
    }

    @Override
    public ProviderDefaults defaults() {
        return new ProviderDefaults(null, null, List.of(), true);
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        for (ApiKey key : settings.keys()) {
            if (mutant.is("repeats_no_key_that_cannot_be_sent")) {
                throw new IllegalArgumentException(key.reveal());
            }
        }
        return new LinePort(settings, mutant);
    }
}
