package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.cooldown.Cooldowns;
import io.keywheel.domain.cooldown.KeyHealth;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.rotation.NamedModelPools.Evidence;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RouteTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The model pools of a key pool, made on demand: one for each provider's default model, and a bounded number for
/// others, because clients choose their names.
final class ModelPools {

    private final Map<ProviderId, ModelPool> ofDefaultModels = new HashMap<>();
    private final QuotaGroups quotaGroups;
    private final int generation;
    private final Set<RouteTarget> named;
    private final Map<Scope, Cooldown> shared = new HashMap<>();
    private final NamedModelPools others;

    /// @param named the models that the settings name
    /// @param generation how many times keys have joined or left
    ModelPools(List<ProviderProfile> providers, Set<RouteTarget> named, QuotaGroups quotaGroups, int generation) {
        this.named = Set.copyOf(named);
        this.quotaGroups = quotaGroups;
        this.generation = generation;
        providers.forEach(profile -> ofDefaultModels.put(profile.id(), pool(profile, profile.defaultModel())));
        this.others = new NamedModelPools(
                providers.stream().mapToInt(profile -> profile.keys().size()).sum());
    }

    /// `before`, for other providers and keys.
    ModelPools(
            List<ProviderProfile> providers,
            Set<RouteTarget> named,
            QuotaGroups quotaGroups,
            int generation,
            ModelPools before,
            PoolMigration poolMigration) {
        this(providers, named, quotaGroups, generation);
        shared.putAll(Cooldowns.inherited(before.shared, poolMigration));
        before.ofDefaultModels.values().forEach(modelPool -> inherit(modelPool, Evidence.IN_SETTINGS, poolMigration));
        before.others.forEach((modelPool, evidence) -> inherit(modelPool, evidence, poolMigration));
    }

    private void inherit(ModelPool before, Evidence evidence, PoolMigration poolMigration) {
        ProviderId provider = before.profile().id();
        if (!has(provider) || !poolMigration.keeps(provider)) {
            return;
        }
        ModelPool modelPool =
                before.after(ofDefaultModel(provider).profile(), quotaGroups, generation, shared, poolMigration);
        if (isOfDefaultModel(modelPool)) {
            ofDefaultModels.put(provider, modelPool);
        } else {
            others.add(modelPool, evidence(provider, modelPool.model(), evidence));
        }
    }

    /// What the settings named before is as good as answered.
    private Evidence evidence(ProviderId provider, ModelId model, Evidence before) {
        return named.contains(new RouteTarget(provider, model))
                ? Evidence.IN_SETTINGS
                : before == Evidence.IN_SETTINGS ? Evidence.ANSWERED : before;
    }

    private static boolean isOfDefaultModel(ModelPool modelPool) {
        return modelPool.model().equals(modelPool.profile().defaultModel());
    }

    boolean has(ProviderId provider) {
        return ofDefaultModels.containsKey(provider);
    }

    /// The one in which `attempt` was decided on.
    ModelPool of(Step.Attempt attempt) {
        return of(attempt.target().provider(), attempt.target().model());
    }

    /// @throws IllegalArgumentException when there is no such provider
    ModelPool of(ProviderId provider, ModelId model) {
        ModelPool modelPool = ofDefaultModel(provider);
        if (modelPool.model().equals(model)) {
            return modelPool;
        }
        ModelPool found = others.use(provider, model);
        if (found != null) {
            return found;
        }
        ModelPool made = pool(modelPool.profile(), model);
        others.add(made, evidence(provider, model, Evidence.NONE));
        return made;
    }

    /// The one of a model that is in use here, or that the settings name; null for others.
    @Nullable
    ModelPool inUse(ProviderId provider, ModelId model) {
        ModelPool ofDefault = ofDefaultModels.get(provider);
        boolean isNamed = ofDefault != null
                && (ofDefault.model().equals(model) || named.contains(new RouteTarget(provider, model)));
        return isNamed ? of(provider, model) : others.use(provider, model);
    }

    private ModelPool pool(ProviderProfile profile, ModelId model) {
        return new ModelPool(
                profile,
                model,
                quotaGroups,
                generation,
                new KeyHealth(profile.id(), model, quotaGroups, new Cooldowns(shared)));
    }

    /// The provider has the model: from now on its pool outlasts those of names that no provider has answered.
    void answered(ModelPool modelPool) {
        if (!isOfDefaultModel(modelPool)) {
            others.answered(modelPool);
        }
    }

    /// The provider says that it does not have the model of `modelPool`, for a key at least.
    void refused(ModelPool modelPool) {
        if (!isOfDefaultModel(modelPool)) {
            others.refused(modelPool);
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

    /// The model pools of a provider as they are now, without making any: that of the default model first, then those
    /// of models that the settings name, that were answered, and others; among these the one last used comes first.
    List<ModelPool> existing(ProviderId provider) {
        var modelPools = new ArrayList<ModelPool>();
        modelPools.add(ofDefaultModel(provider));
        modelPools.addAll(others.of(provider));
        return modelPools;
    }
}
