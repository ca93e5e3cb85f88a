package io.keywheel.domain.health;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.NamedLanes.Evidence;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The lanes of a wheel, made as models are asked for: one for each provider's default model, and a bounded number
/// for others, since clients choose their names.
final class Lanes {

    private final Map<ProviderId, Lane> ofDefaultModels = new HashMap<>();
    private final Groups groups;
    private final Map<Scope, Rest> shared = new HashMap<>();
    private final NamedLanes others;

    Lanes(List<ProviderProfile> providers, Groups groups) {
        this.groups = groups;
        providers.forEach(profile -> ofDefaultModels.put(profile.id(), lane(profile, profile.defaultModel())));
        this.others = new NamedLanes(
                providers.stream().mapToInt(profile -> profile.keys().size()).sum());
    }

    /// `before`, for other providers and keys.
    Lanes(List<ProviderProfile> providers, Groups groups, Lanes before, Succession succession) {
        this(providers, groups);
        shared.putAll(succession.heirs(before.shared));
        // What the settings named is as good as answered.
        before.ofDefaultModels.values().forEach(lane -> inherit(lane, Evidence.ANSWERED, succession));
        before.others.forEach((lane, evidence) -> inherit(lane, evidence, succession));
    }

    private void inherit(Lane before, Evidence evidence, Succession succession) {
        ProviderId provider = before.profile().id();
        if (!has(provider) || !succession.keeps(provider)) {
            return;
        }
        Lane lane = before.after(ofDefaultModel(provider).profile(), groups, shared, succession);
        if (isOfDefaultModel(lane)) {
            ofDefaultModels.put(provider, lane);
        } else {
            others.add(lane, evidence);
        }
    }

    private static boolean isOfDefaultModel(Lane lane) {
        return lane.model().equals(lane.profile().defaultModel());
    }

    boolean has(ProviderId provider) {
        return ofDefaultModels.containsKey(provider);
    }

    /// The one in which `attempt` was decided on.
    Lane of(Step.Attempt attempt) {
        return of(attempt.target().provider(), attempt.target().model());
    }

    /// @throws IllegalArgumentException when there is no such provider
    Lane of(ProviderId provider, ModelId model) {
        Lane lane = ofDefaultModel(provider);
        if (lane.model().equals(model)) {
            return lane;
        }
        Lane found = others.use(provider, model);
        if (found != null) {
            return found;
        }
        Lane made = lane(lane.profile(), model);
        others.add(made, Evidence.NONE);
        return made;
    }

    private Lane lane(ProviderProfile profile, ModelId model) {
        return new Lane(profile, model, groups, new Memory(profile.id(), model, groups, new Rests(shared)));
    }

    /// The provider has the model of `lane`: from now on it outlasts those of names that no provider has answered.
    void answered(Lane lane) {
        if (!isOfDefaultModel(lane)) {
            others.answered(lane);
        }
    }

    /// The provider says that it does not have the model of `lane`, for a key at least.
    void refused(Lane lane) {
        if (!isOfDefaultModel(lane)) {
            others.refused(lane);
        }
    }

    /// @throws IllegalArgumentException when there is no such provider
    Lane ofDefaultModel(ProviderId provider) {
        Lane lane = ofDefaultModels.get(provider);
        if (lane == null) {
            throw new IllegalArgumentException("there is no provider " + provider);
        }
        return lane;
    }

    /// The lanes of a provider as they are now, without making any: that of the default model first, then those
    /// of models that were answered, then the others; among these the one last used comes first.
    List<Lane> existing(ProviderId provider) {
        var lanes = new ArrayList<Lane>();
        lanes.add(ofDefaultModel(provider));
        lanes.addAll(others.of(provider));
        return lanes;
    }
}
