package io.keywheel.application.service;

import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Keeps what is known of the providers' models: what was known from the start, and what they list when asked.
public final class CatalogKeeper implements ModelsUseCase {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private record Known(List<ProviderId> providers, ModelCatalog builtIn, ModelCatalog catalog) {

        /// Unless the provider has left.
        Known with(ProviderId provider, List<ModelId> listed) {
            return providers.contains(provider)
                    ? new Known(providers, builtIn, catalog.with(provider, union(listed, builtIn, provider)))
                    : this;
        }
    }

    private final Ways ways;
    private final AtomicReference<Known> known;

    /// @param providers in rotation order
    public CatalogKeeper(List<ProviderId> providers, Ways ways, ModelCatalog builtIn) {
        this.ways = ways;
        this.known = new AtomicReference<>(new Known(List.copyOf(providers), builtIn, builtIn));
    }

    /// From now on there are these providers. What is known of one stays known, unless it is `renewed`.
    public void change(List<ProviderId> providers, Set<ProviderId> renewed, ModelCatalog builtIn) {
        known.updateAndGet(before -> {
            var models = new LinkedHashMap<>(builtIn.models());
            before.catalog().models().forEach((provider, listed) -> {
                if (providers.contains(provider) && !renewed.contains(provider)) {
                    models.put(provider, union(listed, builtIn, provider));
                }
            });
            return new Known(List.copyOf(providers), builtIn, new ModelCatalog(models));
        });
    }

    public List<ProviderId> providers() {
        return known.get().providers();
    }

    @Override
    public ModelCatalog catalog() {
        return known.get().catalog();
    }

    @Override
    public void refresh() {
        providers().forEach(this::refresh);
    }

    private void refresh(ProviderId provider) {
        Ways.Way way = ways.enter(provider);
        if (way != null) {
            try {
                ask(provider, way);
            } finally {
                way.leave();
            }
        }
    }

    /// Goes on to the next key only where the one asked is at fault: any other failure would only repeat.
    private void ask(ProviderId provider, Ways.Way way) {
        for (KeySlot key : way.keys()) {
            switch (way.port().models(key, PATIENCE)) {
                case ModelsReply.Listed(var models) -> {
                    if (!way.isGivenUp()) {
                        known.updateAndGet(now -> now.with(provider, models));
                    }
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

    private static SequencedSet<ModelId> union(Iterable<ModelId> listed, ModelCatalog builtIn, ProviderId provider) {
        var models = new LinkedHashSet<ModelId>();
        listed.forEach(models::add);
        models.addAll(builtIn.models().getOrDefault(provider, new LinkedHashSet<>()));
        return models;
    }
}
