package io.keywheel.domain.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The models that each provider is known to serve, and the virtual models.
///
/// @param models by provider, in rotation order
public record ModelCatalog(SequencedMap<ProviderId, SequencedSet<ModelId>> models, VirtualModels virtual) {

    public ModelCatalog {
        var copy = new LinkedHashMap<ProviderId, SequencedSet<ModelId>>();
        models.forEach(
                (provider, ids) -> copy.put(provider, Collections.unmodifiableSequencedSet(new LinkedHashSet<>(ids))));
        models = Collections.unmodifiableSequencedMap(copy);
    }

    public ModelCatalog(SequencedMap<ProviderId, SequencedSet<ModelId>> models) {
        this(models, VirtualModels.NONE);
    }

    public ModelCatalog with(ProviderId provider, SequencedSet<ModelId> ids) {
        var copy = new LinkedHashMap<>(models);
        copy.put(provider, ids);
        return new ModelCatalog(copy, virtual);
    }

    /// Resolves a model name to a target: at the given provider, else at the first one known to serve exactly
    /// that id. Else the prefix names the provider, as in `groq/openai/gpt-oss-20b`. Empty if no provider is
    /// known to serve the model.
    ///
    /// @param given the provider that the client named, one of this catalogue's, or null
    public Optional<RouteTarget> find(ModelId model, @Nullable ProviderId given) {
        if (given != null) {
            return Optional.of(new RouteTarget(given, withoutNeedlessPrefix(model, given)));
        }
        for (var entry : models.entrySet()) {
            if (entry.getValue().contains(model)) {
                return Optional.of(new RouteTarget(entry.getKey(), model));
            }
        }
        return byPrefix(model);
    }

    /// Whether the provider of `target` is known to serve the model. A prefix may also lead to unknown models.
    public boolean knows(RouteTarget target) {
        return target.model() != null && of(target.provider()).contains(target.model());
    }

    /// Model names similar to `model`, the nearest first; with a prefix if it has one, or if no others are similar.
    public List<String> nearestTo(String model) {
        List<String> names = withProvider();
        // A provider with a similar name may serve the model without being known to.
        boolean mayBeServed = ModelId.isValid(model) && !model.endsWith("/");
        String prefix = mayBeServed ? model.substring(0, Math.max(0, model.indexOf('/'))) : "";
        var providers = models.keySet().stream().map(ProviderId::value).toList();
        List<String> meant = NearestNames.nearest(prefix, providers, 1);
        meant.forEach(id -> names.add(id + model.substring(prefix.length())));
        names.remove(model);
        List<String> near = meant.isEmpty() ? nearestTo(model, null, List.of()) : List.of();
        return near.isEmpty() ? NearestNames.nearest(model, names, NearestNames.MOST) : near;
    }

    /// @param at the provider of the models; null for all providers and virtual models
    /// @param but names to exclude
    public List<String> nearestTo(String model, @Nullable ProviderId at, Collection<String> but) {
        var names = new ArrayList<String>(at == null ? virtual.names() : List.of());
        (at == null ? models.values() : List.of(of(at))).forEach(ids -> ids.forEach(id -> names.add(id.value())));
        names.removeAll(but);
        return NearestNames.nearest(model, names, NearestNames.MOST);
    }

    /// All models, with their providers as prefixes.
    List<String> withProvider() {
        var names = new ArrayList<String>();
        models.forEach((provider, ids) -> ids.forEach(id -> names.add(provider + "/" + id)));
        return names;
    }

    /// Warnings about targets of virtual models that their providers are not known to serve. A provider with only
    /// one known model, its default, may serve any model.
    public List<String> unknownTargetWarnings() {
        var warnings = new ArrayList<String>();
        virtual.targets().forEach((target, names) -> {
            List<String> known =
                    of(target.provider()).stream().map(ModelId::value).toList();
            if (known.size() > 1 && !knows(target)) {
                warnings.add(
                        NameList.joined(names) + ": " + target.provider() + " is not known to serve " + target.model()
                                + (warnings.size() < NearestNames.MOST_WITH_SUGGESTION
                                        ? NearestNames.suggestion(String.valueOf(target.model()), known)
                                        : ""));
            }
        });
        return warnings;
    }

    /// Whether `name`, or a name that it matches as a pattern with a final `*`, may be a model. A provider with
    /// only one known model may serve any model.
    public boolean mayMatchModel(String name) {
        String begin = VirtualModels.isPattern(name) ? name.substring(0, name.length() - 1) : name;
        var named = models.keySet().stream()
                .filter(id -> begin.startsWith(id + "/"))
                .toList();
        return virtual.find(begin).isPresent()
                || virtual.definitions().keySet().stream().anyMatch(each -> VirtualModels.covers(name, each))
                || (named.isEmpty() ? models.keySet() : named).stream().anyMatch(id -> of(id).size() <= 1)
                || models.entrySet().stream()
                        .anyMatch(each -> each.getValue().stream()
                                .anyMatch(id -> VirtualModels.covers(name, id.value())
                                        || VirtualModels.covers(name, each.getKey() + "/" + id)));
    }

    SequencedSet<ModelId> of(ProviderId provider) {
        return models.getOrDefault(provider, Collections.unmodifiableSequencedSet(new LinkedHashSet<>()));
    }

    private Optional<RouteTarget> byPrefix(ModelId model) {
        int slash = model.value().indexOf('/');
        if (slash < 1 || slash == model.value().length() - 1) {
            return Optional.empty();
        }
        String prefix = model.value().substring(0, slash);
        for (ProviderId provider : models.keySet()) {
            if (provider.value().equals(prefix)) {
                var rest = new ModelId(model.value().substring(slash + 1));
                return Optional.of(new RouteTarget(provider, rest));
            }
        }
        return Optional.empty();
    }

    /// For the provider `groq`, drops the prefix of `groq/openai/gpt-oss-20b`, but not that of `groq/compound`.
    private ModelId withoutNeedlessPrefix(ModelId model, ProviderId given) {
        SequencedSet<ModelId> known = of(given);
        return byPrefix(model)
                .filter(target -> target.provider().equals(given))
                .map(RouteTarget::model)
                .filter(stripped -> known.contains(stripped) && !known.contains(model))
                .orElse(model);
    }
}
