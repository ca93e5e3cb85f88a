package io.keywheel.domain.health;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The lanes of a wheel, made as models are asked for.
///
/// Clients choose the names of models, so the lanes are bounded: the one not used for longest is forgotten,
/// with all that was known of its model.
final class Lanes {

    private static final int MOST = 1024;
    private static final int FEWEST = 16;
    private static final int MOST_PLACES = 100_000;

    private record LaneId(ProviderId provider, ModelId model) {}

    private final Map<ProviderId, Lane> ofDefaultModels = new HashMap<>();
    private final Groups groups;
    private final Map<Scope, Rest> shared = new HashMap<>();
    private final SequencedMap<LaneId, Lane> others;

    Lanes(List<ProviderProfile> providers, Groups groups) {
        this.groups = groups;
        providers.forEach(profile -> ofDefaultModels.put(profile.id(), lane(profile, profile.defaultModel())));
        this.others = lastUsed(providers);
    }

    /// `before`, for other providers and keys.
    Lanes(List<ProviderProfile> providers, Groups groups, Lanes before, Succession succession) {
        this(providers, groups);
        shared.putAll(succession.heirs(before.shared));
        for (ProviderProfile profile : providers) {
            if (succession.keeps(profile.id())) {
                before.existing(profile.id()).forEach(lane -> add(lane.after(profile, groups, shared, succession)));
            }
        }
    }

    private static SequencedMap<LaneId, Lane> lastUsed(List<ProviderProfile> providers) {
        int keys = providers.stream().mapToInt(profile -> profile.keys().size()).sum();
        int most = Math.clamp(MOST_PLACES / keys, FEWEST, MOST);
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<LaneId, Lane> eldest) {
                return size() > most;
            }
        };
    }

    private void add(Lane lane) {
        ProviderProfile profile = lane.profile();
        if (lane.model().equals(profile.defaultModel())) {
            ofDefaultModels.put(profile.id(), lane);
        } else {
            others.put(new LaneId(profile.id(), lane.model()), lane);
        }
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
        return lane.model().equals(model)
                ? lane
                : others.computeIfAbsent(new LaneId(provider, model), _ -> lane(lane.profile(), model));
    }

    private Lane lane(ProviderProfile profile, ModelId model) {
        return new Lane(profile, model, groups, new Memory(profile.id(), model, groups, new Rests(shared)));
    }

    /// @throws IllegalArgumentException when there is no such provider
    Lane ofDefaultModel(ProviderId provider) {
        Lane lane = ofDefaultModels.get(provider);
        if (lane == null) {
            throw new IllegalArgumentException("there is no provider " + provider);
        }
        return lane;
    }

    /// The lanes of a provider as they are now, without making any.
    List<Lane> existing(ProviderId provider) {
        var lanes = new ArrayList<Lane>();
        lanes.add(ofDefaultModel(provider));
        others.forEach((id, lane) -> {
            if (id.provider().equals(provider)) {
                lanes.add(lane);
            }
        });
        return lanes;
    }
}
