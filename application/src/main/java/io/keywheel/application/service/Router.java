package io.keywheel.application.service;

import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UnknownProviderException;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the route that a caller's selection means.
public final class Router {

    private final Supplier<List<ProviderId>> providers;
    private final Supplier<ModelCatalog> catalog;

    public Router(Supplier<List<ProviderId>> providers, Supplier<ModelCatalog> catalog) {
        this.providers = providers;
        this.catalog = catalog;
    }

    Route route(ModelSelector modelSelector) {
        ProviderId provider = provider(modelSelector.provider());
        String model = modelSelector.model();
        return model == null ? new Route.DefaultModels(provider) : named(model, provider);
    }

    ModelCatalog catalog() {
        return catalog.get();
    }

    private Route named(String model, @Nullable ProviderId provider) {
        if (!ModelId.isValid(model)) {
            throw new UnknownModelException(model, List.of());
        }
        ModelCatalog known = catalog.get();
        var id = new ModelId(model);
        return known.find(id, provider).orElseThrow(() -> new UnknownModelException(model, known.nearestTo(id)));
    }

    private @Nullable ProviderId provider(@Nullable String name) {
        if (name == null) {
            return null;
        }
        List<ProviderId> known = providers.get();
        return known.stream()
                .filter(provider -> provider.value().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnknownProviderException(
                        name, known.stream().map(ProviderId::value).toList()));
    }
}
