package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// The LLM adapters at hand.
public record Adapters(List<LlmProvider> all) {

    public Adapters {
        all = List.copyOf(all);
    }

    /// Those on the module path.
    public static Adapters installed() {
        return new Adapters(ServiceLoader.load(LlmProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
    }

    /// The adapter made for this very provider.
    Optional<LlmProvider> own(ProviderId id) {
        return all.stream().filter(adapter -> adapter.id().equals(id)).findFirst();
    }

    /// The adapter that speaks to the provider: its own, else the one for any OpenAI-compatible server.
    LlmProvider speaking(ProviderId id) {
        return own(id).or(() -> own(LlmProvider.COMPATIBLE))
                .orElseThrow(() -> new IllegalStateException("no LLM adapter on the module path speaks to " + id));
    }
}
