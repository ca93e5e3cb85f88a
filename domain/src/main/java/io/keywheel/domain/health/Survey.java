package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.Known;
import io.keywheel.domain.health.PoolStatus.ModelStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedCollection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at the whole pool and changes nothing.
final class Survey {

    /// A key that can take any call is no resting one: whoever needs more is told so by [#shortage].
    private static final long LEAST_NEED = 1;

    /// For each key; clients choose the names of models.
    private static final int MOST_MODELS = 50;

    /// For all keys together, as far as each has one: looking at a model of a key takes about a microsecond, and
    /// nothing else happens in the pool meanwhile.
    private static final int MOST_ROWS = 20_000;

    private final List<ProviderProfile> providers;
    private final Lanes lanes;
    private final Groups groups;
    private final Tallies tallies;

    Survey(List<ProviderProfile> providers, Lanes lanes, Groups groups, Tallies tallies) {
        this.providers = List.copyOf(providers);
        this.lanes = lanes;
        this.groups = groups;
        this.tallies = tallies;
    }

    List<ProviderId> order() {
        return providers.stream().map(ProviderProfile::id).toList();
    }

    Shortage shortage(Journey journey, Instant now) {
        var resting = new ArrayList<RestingKey>();
        Instant readyAt = Instant.MAX;
        for (Lane lane : lanesOf(journey)) {
            for (PoolKey key : lane.profile().keys()) {
                RestingKey rest =
                        resting(lane, key, journey.needAt(lane.profile().id()), now);
                if (rest != null) {
                    resting.add(rest);
                }
                Instant until = rest == null ? now : rest.until();
                readyAt = until.isBefore(readyAt) ? until : readyAt;
            }
        }
        return new Shortage(resting, readyAt);
    }

    private static @Nullable RestingKey resting(Lane lane, PoolKey key, long need, Instant now) {
        Rest rest = lane.memory().hold(key, now).cooling();
        Instant enough = lane.inWantUntil(key, need, now);
        if (enough != null && (rest == null || enough.isAfter(rest.until()))) {
            return new RestingKey(key, Failure.Kind.RATE_LIMITED, true, enough);
        }
        return rest == null ? null : new RestingKey(key, rest.reason(), false, rest.until());
    }

    private List<Lane> lanesOf(Journey journey) {
        return switch (journey.route()) {
            case Route.NamedModel(var provider, var model) ->
                lanes.has(provider) ? List.of(lanes.of(provider, model)) : List.of();
            case Route.DefaultModels(var only) ->
                providers.stream()
                        .map(ProviderProfile::id)
                        .filter(id -> only == null ? !journey.isRefusedBy(id) : only.equals(id))
                        .map(lanes::ofDefaultModel)
                        .toList();
        };
    }

    /// @param queue the providers in the order of their turns
    PoolStatus status(Instant now, SequencedCollection<ProviderId> queue) {
        return survey(now, queue, true);
    }

    /// @param queue the providers in the order of their turns
    PoolStatus overview(Instant now, SequencedCollection<ProviderId> queue) {
        return survey(now, queue, false);
    }

    private PoolStatus survey(Instant now, SequencedCollection<ProviderId> queue, boolean inFull) {
        int count =
                providers.stream().mapToInt(profile -> profile.keys().size()).sum();
        int most = Math.clamp(MOST_ROWS / count, 1, MOST_MODELS);
        var statuses = new ArrayList<ProviderStatus>();
        for (ProviderProfile profile : providers) {
            List<Lane> all = inFull ? lanes.existing(profile.id()) : List.of();
            List<Lane> shown = all.subList(0, Math.min(all.size(), most));
            var keys = new ArrayList<KeyStatus>();
            for (PoolKey key : profile.keys()) {
                Standing usual = standing(lanes.ofDefaultModel(profile.id()), key, now);
                keys.add(new KeyStatus(
                        groups.current(key),
                        usual,
                        known(shown, key, now),
                        models(shown, usual, key, now),
                        tallies.of(key.slot())));
            }
            statuses.add(new ProviderStatus(profile.id(), profile.defaultModel(), keys, all.size() - shown.size()));
        }
        return new PoolStatus(now, statuses, current(statuses, queue));
    }

    private static ProviderId current(List<ProviderStatus> statuses, SequencedCollection<ProviderId> queue) {
        return queue.stream()
                .filter(id -> statuses.stream().anyMatch(status -> status.id().equals(id) && status.canAnswer()))
                .findFirst()
                .orElseGet(queue::getFirst);
    }

    /// What is no matter of one model is known for each, and told once.
    private List<Known> known(List<Lane> shown, PoolKey key, Instant now) {
        return shown.stream()
                .flatMap(lane ->
                        Stream.concat(lane.memory().known(key, now).stream(), Stream.ofNullable(want(lane, key, now))))
                .distinct()
                .toList();
    }

    private List<ModelStatus> models(List<Lane> shown, Standing usual, PoolKey key, Instant now) {
        var models = new ArrayList<ModelStatus>();
        for (Lane lane : shown) {
            Standing standing = standing(lane, key, now);
            Permits permits = lane.knownPermits(key.group());
            Told told = permits == null ? Told.NOTHING : permits.told();
            int pending = permits == null ? 0 : permits.pending(now);
            Bar crowd = permits == null ? null : permits.crowd(LEAST_NEED, now);
            if (!standing.equals(usual) || told.at() != null || crowd != null) {
                Instant fullUntil = crowd == null ? null : crowd.until();
                models.add(new ModelStatus(lane.model(), standing, told.allowance(), told.at(), pending, fullUntil));
            }
        }
        return models;
    }

    private Standing standing(Lane lane, PoolKey key, Instant now) {
        Hold hold = lane.memory().hold(key, now);
        Known want = want(lane, key, now);
        Instant rests = hold.coolsUntil();
        return want == null || (rests != null && !want.until().isAfter(rests))
                ? hold.standing()
                : new Standing.Cooling(want.reason(), want.foreseen(), want.since(), want.until());
    }

    /// That nothing is left, not even for the smallest call; null where something is.
    private @Nullable Known want(Lane lane, PoolKey key, Instant now) {
        Permits permits = lane.knownPermits(key.group());
        Instant toldAt = permits == null ? null : permits.told().at();
        if (permits == null || toldAt == null) {
            return null;
        }
        Instant enough = lane.inWantUntil(key, LEAST_NEED, now);
        Scope scope = new Scope.OfGroupModel(groups.current(key.group()), lane.model());
        return enough == null
                ? null
                : new Known(scope, Failure.Kind.RATE_LIMITED, true, toldAt, enough, PoolStatus.Phase.COOLING);
    }
}
