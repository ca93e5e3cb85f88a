package io.keywheel.application.service;

import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/// Keeps what is known of the providers' models: what was known from the start, and what they list when asked.
public final class CatalogKeeper implements ModelsUseCase {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<ProviderProfile> providers;
    private final Map<ProviderId, LlmPort> ports;
    private final ModelCatalog builtIn;
    private final AtomicReference<ModelCatalog> current;

    public CatalogKeeper(List<ProviderProfile> providers, Map<ProviderId, LlmPort> ports, ModelCatalog builtIn) {
        this.providers = List.copyOf(providers);
        this.ports = Map.copyOf(ports);
        this.builtIn = builtIn;
        this.current = new AtomicReference<>(builtIn);
    }

    @Override
    public ModelCatalog catalog() {
        return current.get();
    }

    @Override
    public void refresh() {
        providers.forEach(this::refresh);
    }

    /// Goes on to the next key only where the one asked is at fault: any other failure would only repeat.
    private void refresh(ProviderProfile provider) {
        LlmPort port = Objects.requireNonNull(ports.get(provider.id()));
        for (PoolKey key : provider.keys()) {
            switch (port.models(key.slot(), PATIENCE)) {
                case ModelsReply.Listed(var models) -> {
                    learn(provider.id(), models);
                    return;
                }
                case ModelsReply.Failed(var failure) -> {
                    if (!(failure instanceof Failure.KeyRefused || failure instanceof Failure.AccountBlocked)) {
                        return;
                    }
                }
            }
        }
    }

    private void learn(ProviderId provider, List<ModelId> listed) {
        var models = new LinkedHashSet<ModelId>(listed);
        models.addAll(builtIn.models().getOrDefault(provider, new LinkedHashSet<>()));
        current.updateAndGet(catalog -> catalog.with(provider, models));
    }
}
