package io.keywheel.contract;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;

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
            if (key.reveal().chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException(
                        mutant.is("repeats_no_key_that_cannot_be_sent") ? key.reveal() : "a key that cannot be sent");
            }
        }
        return new LinePort(settings, mutant);
    }
}
