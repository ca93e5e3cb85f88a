package io.keywheel.domain.health;

import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.ModelStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedCollection;

/// Looks at the whole pool and changes nothing.
final class Survey {

    private final List<ProviderProfile> providers;
    private final Lanes lanes;
    private final Tallies tallies;

    Survey(List<ProviderProfile> providers, Lanes lanes, Tallies tallies) {
        this.providers = List.copyOf(providers);
        this.lanes = lanes;
        this.tallies = tallies;
    }

    Shortage shortage(Route route, Instant now) {
        var resting = new ArrayList<Shortage.RestingKey>();
        Instant readyAt = null;
        boolean oneIsNotResting = false;
        for (Lane lane : lanesOf(route)) {
            for (PoolKey key : lane.profile().keys()) {
                Rest rest = lane.memory().hold(key, now).cooling();
                if (rest == null) {
                    oneIsNotResting = true;
                } else {
                    resting.add(new Shortage.RestingKey(key.slot(), rest.reason(), rest.until()));
                    readyAt = Moments.earlier(readyAt, rest.until());
                }
            }
        }
        return new Shortage(resting, oneIsNotResting ? null : readyAt);
    }

    private List<Lane> lanesOf(Route route) {
        return switch (route) {
            case Route.NamedModel(var provider, var model) -> List.of(lanes.of(provider, model));
            case Route.DefaultModels(var only) ->
                providers.stream()
                        .map(ProviderProfile::id)
                        .filter(id -> only == null || only.equals(id))
                        .map(lanes::ofDefaultModel)
                        .toList();
        };
    }

    /// @param queue the providers in the order of their turns
    PoolStatus status(Instant now, SequencedCollection<ProviderId> queue) {
        List<ProviderStatus> statuses =
                providers.stream().map(profile -> status(profile, now)).toList();
        ProviderId current = queue.stream()
                .filter(id -> statuses.stream().anyMatch(status -> status.id().equals(id) && status.canAnswer()))
                .findFirst()
                .orElseGet(queue::getFirst);
        return new PoolStatus(now, statuses, current);
    }

    private ProviderStatus status(ProviderProfile profile, Instant now) {
        List<KeyStatus> keys =
                profile.keys().stream().map(key -> status(profile, key, now)).toList();
        return new ProviderStatus(profile.id(), profile.defaultModel(), keys);
    }

    private KeyStatus status(ProviderProfile profile, PoolKey key, Instant now) {
        Standing standing =
                lanes.ofDefaultModel(profile.id()).memory().hold(key, now).standing();
        var models = new ArrayList<ModelStatus>();
        for (Lane lane : lanes.existing(profile.id())) {
            ModelStatus model = status(lane, key, now);
            if (!model.standing().equals(standing) || !model.allowance().equals(Allowance.UNKNOWN)) {
                models.add(model);
            }
        }
        return new KeyStatus(key, standing, models, tallies.of(key.slot()));
    }

    private static ModelStatus status(Lane lane, PoolKey key, Instant now) {
        Standing standing = lane.memory().hold(key, now).standing();
        return new ModelStatus(lane.model(), standing, lane.allowance(key.group()));
    }
}
