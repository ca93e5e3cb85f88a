package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.NearestNames;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps the models of all providers, both built in and listed by the providers, and finds the route to a model.
final class ModelCatalogService implements ModelsUseCase {

    private static final Duration LIST_TIMEOUT = Duration.ofSeconds(10);

    /// The most models kept of a provider's list, from its beginning. The largest providers have a few hundred.
    private static final int MOST_LISTED = 1000;

    /// @param catalog all models that can be named
    private record CatalogState(
            List<ProviderId> providers,
            ModelCatalog builtIn,
            Map<ProviderId, List<ModelId>> listed,
            ModelCatalog catalog) {

        static CatalogState of(
                List<ProviderId> providers, ModelCatalog builtIn, Map<ProviderId, List<ModelId>> listed) {
            ModelCatalog catalog = builtIn;
            for (Map.Entry<ProviderId, List<ModelId>> each : listed.entrySet()) {
                var models = new LinkedHashSet<>(each.getValue());
                models.addAll(builtIn.models().getOrDefault(each.getKey(), new LinkedHashSet<>()));
                catalog = catalog.with(each.getKey(), models);
            }
            return new CatalogState(List.copyOf(providers), builtIn, Map.copyOf(listed), catalog);
        }

        CatalogState with(ProviderId provider, List<ModelId> models) {
            var all = new HashMap<>(listed);
            all.put(provider, models.stream().limit(MOST_LISTED).toList());
            return of(providers, builtIn, all);
        }

        /// Whether the provider's list lacks the target. False for an empty list, and for one that may have been
        /// truncated.
        boolean isUnlisted(RouteTarget target) {
            List<ModelId> models = listed.getOrDefault(target.provider(), List.of());
            return !models.isEmpty() && models.size() < MOST_LISTED && !models.contains(target.model());
        }

        List<String> nearestTo(RouteTarget target) {
            List<String> models = listed.getOrDefault(target.provider(), List.of()).stream()
                    .map(ModelId::value)
                    .toList();
            return NearestNames.nearest(String.valueOf(target.model()), models, NearestNames.MOST);
        }

        Optional<RouteTarget> real(String model, @Nullable ProviderId provider) {
            return ModelId.isValid(model) ? catalog.find(new ModelId(model), provider) : Optional.empty();
        }

        Route restricted(String model, Route route, ProviderId provider) {
            return route.at(provider)
                    .orElseThrow(() -> new UnknownProviderException(
                            model,
                            provider.value(),
                            names(providers.stream()
                                    .filter(other -> route.at(other).isPresent()))));
        }

        @Nullable
        ProviderId provider(@Nullable String name) {
            if (name == null) {
                return null;
            }
            return providers.stream()
                    .filter(provider -> provider.value().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new UnknownProviderException(name, names(providers.stream())));
        }

        private static List<String> names(Stream<ProviderId> providers) {
            return providers.map(ProviderId::value).toList();
        }
    }

    private final ProviderPorts providerPorts;
    private final ChatEvents events;

    /// Written under the lock, which also guards the next two fields and each report. A refresh that began before a
    /// reload thus reports nothing about the old settings after it.
    private volatile CatalogState state;

    /// The reported targets of virtual models and default models that their providers do not list.
    private final Set<RouteTarget> unlisted = new HashSet<>();

    private final Map<ProviderId, Failure.Kind> lastFailures = new HashMap<>();

    /// @param providers in rotation order
    ModelCatalogService(
            List<ProviderId> providers, ProviderPorts providerPorts, ModelCatalog builtIn, ChatEvents events) {
        this.providerPorts = providerPorts;
        this.events = events;
        this.state = CatalogState.of(providers, builtIn, Map.of());
    }

    /// Replaces the providers. The lists and failures of those that stay are kept, unless they are `replaced`.
    synchronized void change(List<ProviderId> providers, Set<ProviderId> replaced, ModelCatalog builtIn) {
        Predicate<ProviderId> isGone = provider -> !providers.contains(provider) || replaced.contains(provider);
        lastFailures.keySet().removeIf(isGone);
        var listed = new HashMap<>(state.listed());
        listed.keySet().removeIf(isGone);
        state = CatalogState.of(providers, builtIn, listed);
        reportUnlisted();
    }

    @Override
    public ModelCatalog catalog() {
        return state.catalog();
    }

    Route route(ModelSelector selection) {
        CatalogState current = state;
        ProviderId provider = current.provider(selection.provider());
        String model = selection.name();
        Optional<Route> virtual = current.catalog().virtual().find(model);
        if (virtual.isPresent()) {
            return provider == null ? virtual.get() : current.restricted(model, virtual.get(), provider);
        }
        return current.real(model, provider).map(Route::to).orElseThrow(() -> unknown(model, current.catalog()));
    }

    private static UnknownModelException unknown(String model, ModelCatalog catalog) {
        List<String> ofProvider = catalog.models().entrySet().stream()
                .filter(entry -> entry.getKey().value().equals(model))
                .flatMap(entry -> entry.getValue().stream().map(ModelId::value))
                .map(id -> id.startsWith(model + "/") ? id : model + "/" + id)
                .limit(NearestNames.MOST)
                .toList();
        return ofProvider.isEmpty()
                ? new UnknownModelException(model, catalog.nearestTo(model))
                : UnknownModelException.ofProvider(model, ofProvider);
    }

    @Override
    public void refresh() {
        state.providers().forEach(this::refresh);
        reportUnlisted();
    }

    private synchronized void reportUnlisted() {
        CatalogState current = state;
        var targets = new LinkedHashMap<>(current.catalog().virtual().targets());
        current.builtIn()
                .models()
                .forEach((provider, models) ->
                        targets.putIfAbsent(new RouteTarget(provider, models.getFirst()), List.of()));
        unlisted.removeIf(target -> !targets.containsKey(target) || !current.isUnlisted(target));
        int before = unlisted.size();
        targets.forEach((target, names) -> {
            if (current.isUnlisted(target) && unlisted.add(target)) {
                boolean suggests = unlisted.size() - before <= NearestNames.MOST_WITH_SUGGESTION;
                events.unlisted(target, names, suggests ? current.nearestTo(target) : List.of());
            }
        });
    }

    private void refresh(ProviderId provider) {
        ProviderPorts.PortLease portLease = providerPorts.lease(provider);
        if (portLease != null) {
            try {
                listModels(provider, portLease);
            } finally {
                portLease.release();
            }
        }
    }

    /// Reports a provider without a list, unless its last failure was of the same kind.
    private synchronized void report(KeySlot key, Failure failure, ProviderPorts.PortLease portLease) {
        if (failure instanceof Failure.Cancelled || portLease.isReplaced()) {
            return;
        }
        Failure shown = failure instanceof Failure.OutOfTime
                ? new Failure.TimedOut("no list of models within " + LIST_TIMEOUT.toSeconds() + "s")
                : failure;
        if (!shown.kind().equals(lastFailures.put(key.provider(), shown.kind()))) {
            events.notListed(key, shown);
        }
    }

    /// Drops the models if a reload has replaced the port.
    private synchronized void keep(ProviderId provider, List<ModelId> models, ProviderPorts.PortLease portLease) {
        if (!portLease.isReplaced()) {
            state = state.with(provider, models);
            lastFailures.remove(provider);
        }
    }

    /// Tries the next key only if the failure is the key's; any other failure would repeat.
    private void listModels(ProviderId provider, ProviderPorts.PortLease portLease) {
        KeySlot last = portLease.keys().getLast();
        for (KeySlot key : portLease.keys()) {
            switch (portLease.port().models(key, LIST_TIMEOUT)) {
                case ModelsReply.Listed(var models) -> {
                    keep(provider, models, portLease);
                    return;
                }
                case ModelsReply.Failed(Failure.KeyRefused _) when !key.equals(last) -> {}
                case ModelsReply.Failed(Failure.AccountBlocked _) when !key.equals(last) -> {}
                case ModelsReply.Failed(var failure) -> {
                    report(key, failure, portLease);
                    return;
                }
            }
        }
    }
}
