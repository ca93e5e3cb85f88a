package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.cooldown.ModelHealth;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RouteTarget;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The model pools of a key pool: one for each provider's default model, and one for each model that the settings
/// name. The number of others is bounded, because clients choose their names: the least recently used one is
/// evicted.
///
/// Models that no provider has answered have a smaller bound. So have those of which only other gateways know a
/// limit, and those reported as unavailable. Each of the three kinds evicts only its own.
final class ModelPools {

    /// What is known about a model other than its provider's default one.
    private enum Evidence {
        IN_SETTINGS(Integer.MAX_VALUE, Integer.MAX_VALUE, 0),
        ANSWERED(16, 1024, 100_000),
        NONE(4, 64, 6_250),
        LEARNED(4, 64, 6_250),
        MODEL_UNAVAILABLE(4, 64, 6_250);

        private final int fewest;
        private final int most;
        private final int places;

        Evidence(int fewest, int most, int places) {
            this.fewest = fewest;
            this.most = most;
            this.places = places;
        }

        int mostPools(int keys) {
            return Math.clamp(places / keys, fewest, most);
        }
    }

    private final Map<ProviderId, ModelPool> ofDefaultModels = new HashMap<>();
    private final Map<Evidence, SequencedMap<RouteTarget, ModelPool>> others = new EnumMap<>(Evidence.class);
    private final Map<Scope, Cooldown> cooldownsOfAllModels = new HashMap<>();
    private final QuotaGroups quotaGroups;
    private final int generation;
    private final Set<RouteTarget> named;

    /// @param named the models that the settings name
    ModelPools(List<ProviderProfile> providers, Set<RouteTarget> named, QuotaGroups quotaGroups, int generation) {
        this.named = Set.copyOf(named);
        this.quotaGroups = quotaGroups;
        this.generation = generation;
        providers.forEach(profile -> ofDefaultModels.put(
                profile.id(),
                new ModelPool(profile, profile.defaultModel(), quotaGroups, generation, cooldownsOfAllModels)));
        int keys = providers.stream().mapToInt(profile -> profile.keys().size()).sum();
        for (Evidence evidence : Evidence.values()) {
            others.put(evidence, new LruMap<>(evidence.mostPools(keys)));
        }
    }

    void inherit(ModelPools before, PoolMigration poolMigration) {
        ModelHealth.inherit(before.cooldownsOfAllModels, cooldownsOfAllModels, poolMigration);
        before.ofDefaultModels.values().forEach(modelPool -> inherit(modelPool, Evidence.ANSWERED, poolMigration));
        before.others.forEach((evidence, some) -> some.values()
                .forEach(modelPool -> inherit(
                        modelPool, evidence == Evidence.IN_SETTINGS ? Evidence.ANSWERED : evidence, poolMigration)));
    }

    /// @param evidence applies unless the settings now name the model
    private void inherit(ModelPool before, Evidence evidence, PoolMigration poolMigration) {
        ProviderId provider = before.profile().id();
        if (has(provider) && poolMigration.keeps(provider)) {
            getOrCreate(provider, before.model(), evidence).inherit(before, poolMigration);
        }
    }

    boolean has(ProviderId provider) {
        return ofDefaultModels.containsKey(provider);
    }

    /// The pool of an attempt of this gateway.
    ModelPool of(Step.Attempt attempt) {
        return of(new RouteTarget(attempt.target().provider(), attempt.target().model()));
    }

    /// The pool for a request of this gateway.
    ModelPool of(RouteTarget target) {
        ModelPool modelPool = getOrCreate(target.provider(), model(target), Evidence.NONE);
        move(modelPool, Evidence.LEARNED, Evidence.NONE);
        return modelPool;
    }

    /// The pool of a model whose cooldown or empty bucket another gateway has published.
    ModelPool learned(ProviderId provider, ModelId model) {
        return getOrCreate(provider, model, Evidence.LEARNED);
    }

    ModelId model(RouteTarget target) {
        return target.model() == null ? ofDefaultModel(target.provider()).model() : target.model();
    }

    /// The pool of a model that a fact concerns. Unlike [#of], does not count as a request.
    ///
    /// @throws IllegalArgumentException when there is no such provider
    ModelPool getOrCreate(ProviderId provider, ModelId model) {
        return getOrCreate(provider, model, Evidence.NONE);
    }

    /// @param evidence applies to a new model that the settings do not name
    private ModelPool getOrCreate(ProviderId provider, ModelId model, Evidence evidence) {
        ModelPool ofDefault = ofDefaultModel(provider);
        if (ofDefault.model().equals(model)) {
            return ofDefault;
        }
        var target = new RouteTarget(provider, model);
        ModelPool found = use(target);
        if (found == null) {
            found = new ModelPool(ofDefault.profile(), model, quotaGroups, generation, cooldownsOfAllModels);
            others(named.contains(target) ? Evidence.IN_SETTINGS : evidence).put(target, found);
        }
        return found;
    }

    private @Nullable ModelPool use(RouteTarget target) {
        for (Map<RouteTarget, ModelPool> some : others.values()) {
            ModelPool found = some.get(target);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// The pool of a model that is in use here, or that the settings name; null for other models.
    @Nullable
    ModelPool inUse(ProviderId provider, ModelId model) {
        var target = new RouteTarget(provider, model);
        ModelPool ofDefault = ofDefaultModels.get(provider);
        boolean isNamed = ofDefault != null && (ofDefault.model().equals(model) || named.contains(target));
        return isNamed ? getOrCreate(provider, model) : use(target);
    }

    private SequencedMap<RouteTarget, ModelPool> others(Evidence evidence) {
        return Objects.requireNonNull(others.get(evidence));
    }

    /// The provider answered with the model, so its pool moves to the larger bound.
    void answered(ModelPool modelPool) {
        move(modelPool, Evidence.MODEL_UNAVAILABLE, Evidence.ANSWERED);
        move(modelPool, Evidence.NONE, Evidence.ANSWERED);
    }

    /// The provider reported, for a key at least, that the model is unavailable. No effect if the provider has
    /// answered with it before.
    void modelUnavailable(ModelPool modelPool) {
        move(modelPool, Evidence.NONE, Evidence.MODEL_UNAVAILABLE);
    }

    private void move(ModelPool modelPool, Evidence from, Evidence to) {
        var target = new RouteTarget(modelPool.profile().id(), modelPool.model());
        if (others(from).remove(target) != null) {
            others(to).put(target, modelPool);
        }
    }

    /// @throws IllegalArgumentException when there is no such provider
    ModelPool ofDefaultModel(ProviderId provider) {
        ModelPool modelPool = ofDefaultModels.get(provider);
        if (modelPool == null) {
            throw new IllegalArgumentException("there is no provider " + provider);
        }
        return modelPool;
    }

    /// The model pools that park keys for a cooldown of `scope`, if the failure was seen in `modelPool`.
    List<ModelPool> concernedBy(Scope scope, ModelPool modelPool) {
        return scope instanceof Scope.OfKey || scope instanceof Scope.OfGroup
                ? existing(scope.provider())
                : List.of(modelPool);
    }

    /// The existing model pools of a provider. The pool of the default model comes first, then those of models
    /// that the settings name, that were answered, and others. Within each kind, the most recently used one comes
    /// first.
    List<ModelPool> existing(ProviderId provider) {
        var modelPools = new ArrayList<ModelPool>();
        modelPools.add(ofDefaultModel(provider));
        others.values()
                .forEach(some -> some.reversed().forEach((target, modelPool) -> {
                    if (target.provider().equals(provider)) {
                        modelPools.add(modelPool);
                    }
                }));
        return modelPools;
    }
}
