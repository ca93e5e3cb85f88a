package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.ActiveCooldowns;
import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.quota.AdmissionBlock;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.quota.RateLimitSnapshot;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.Known;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedCollection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at the whole pool and changes nothing.
final class PoolInspector {

    /// A key that can take any call does not count as cooling: [#shortage] reports what a larger call lacks.
    private static final long LEAST_NEED = 1;

    /// For each key; clients choose the names of models.
    private static final int MOST_MODELS = 50;

    /// For all keys together, as far as each has one: looking at a model of a key takes about a microsecond, and
    /// nothing else happens in the pool meanwhile.
    private static final int MOST_ROWS = 20_000;

    private final List<ProviderProfile> providers;
    private final ModelPools pools;
    private final QuotaGroups quotaGroups;
    private final KeyStatistics statistics;

    PoolInspector(
            List<ProviderProfile> providers,
            ModelPools modelPools,
            QuotaGroups quotaGroups,
            KeyStatistics keyStatistics) {
        this.providers = List.copyOf(providers);
        this.pools = modelPools;
        this.quotaGroups = quotaGroups;
        this.statistics = keyStatistics;
    }

    List<ProviderId> order() {
        return providers.stream().map(ProviderProfile::id).toList();
    }

    Unavailability shortage(RequestAttempts requestAttempts, Instant now) {
        var resting = new ArrayList<CoolingKey>();
        Instant readyAt = Instant.MAX;
        for (ModelPool modelPool : poolsOf(requestAttempts)) {
            for (PoolKey key : modelPool.profile().keys()) {
                CoolingKey rest = cooling(
                        modelPool,
                        key,
                        requestAttempts.estimatedTokensAt(modelPool.profile().id()),
                        now);
                if (rest != null) {
                    resting.add(rest);
                }
                Instant until = rest == null ? now : rest.until();
                readyAt = until.isBefore(readyAt) ? until : readyAt;
            }
        }
        return new Unavailability(resting, readyAt);
    }

    private static @Nullable CoolingKey cooling(ModelPool modelPool, PoolKey key, long need, Instant now) {
        Cooldown cooldown = modelPool.health().activeCooldowns(key, now).cooling();
        Instant enough = modelPool.lacksBudgetUntil(key, need, now);
        if (enough != null && (cooldown == null || enough.isAfter(cooldown.until()))) {
            return new CoolingKey(key, Failure.Kind.RATE_LIMITED, true, enough);
        }
        return cooldown == null ? null : new CoolingKey(key, cooldown.reason(), false, cooldown.until());
    }

    private List<ModelPool> poolsOf(RequestAttempts requestAttempts) {
        return switch (requestAttempts.route()) {
            case Route.NamedModel(var provider, var model) ->
                pools.has(provider) ? List.of(pools.of(provider, model)) : List.of();
            case Route.DefaultModels(var only) ->
                providers.stream()
                        .map(ProviderProfile::id)
                        .filter(id -> only == null ? !requestAttempts.isRefusedBy(id) : only.equals(id))
                        .map(pools::ofDefaultModel)
                        .toList();
        };
    }

    /// @param queue the providers in the order of their turns
    PoolStatus status(Instant now, SequencedCollection<ProviderId> queue) {
        return inspect(now, queue, true);
    }

    /// @param queue the providers in the order of their turns
    PoolStatus overview(Instant now, SequencedCollection<ProviderId> queue) {
        return inspect(now, queue, false);
    }

    private PoolStatus inspect(Instant now, SequencedCollection<ProviderId> queue, boolean inFull) {
        int count =
                providers.stream().mapToInt(profile -> profile.keys().size()).sum();
        int most = Math.clamp(MOST_ROWS / count, 1, MOST_MODELS);
        var statuses = new ArrayList<ProviderStatus>();
        for (ProviderProfile profile : providers) {
            List<ModelPool> all = inFull ? pools.existing(profile.id()) : List.of();
            List<ModelPool> shown = all.subList(0, Math.min(all.size(), most));
            var keys = new ArrayList<KeyStatus>();
            for (PoolKey key : profile.keys()) {
                KeyState usual = state(pools.ofDefaultModel(profile.id()), key, now);
                keys.add(new KeyStatus(
                        quotaGroups.current(key),
                        usual,
                        known(shown, key, now),
                        models(shown, usual, key, now),
                        statistics.of(key.slot())));
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
    private List<Known> known(List<ModelPool> shown, PoolKey key, Instant now) {
        return shown.stream()
                .flatMap(modelPool -> Stream.concat(
                        modelPool.health().known(key, now).stream(), Stream.ofNullable(want(modelPool, key, now))))
                .distinct()
                .toList();
    }

    private List<ModelStatus> models(List<ModelPool> shown, KeyState usual, PoolKey key, Instant now) {
        var models = new ArrayList<ModelStatus>();
        for (ModelPool modelPool : shown) {
            KeyState keyState = state(modelPool, key, now);
            AdmissionControl admissionControl = modelPool.knownAdmission(key.group());
            RateLimitSnapshot rateLimitSnapshot =
                    admissionControl == null ? RateLimitSnapshot.NOTHING : admissionControl.snapshot();
            int pending = admissionControl == null ? 0 : admissionControl.inFlight(now);
            AdmissionBlock crowd = admissionControl == null ? null : admissionControl.crowdedUntil(LEAST_NEED, now);
            if (!keyState.equals(usual) || rateLimitSnapshot.at() != null || crowd != null) {
                Instant fullUntil = crowd == null ? null : crowd.until();
                models.add(new ModelStatus(
                        modelPool.model(),
                        keyState,
                        rateLimitSnapshot.allowance(),
                        rateLimitSnapshot.at(),
                        pending,
                        fullUntil));
            }
        }
        return models;
    }

    private KeyState state(ModelPool modelPool, PoolKey key, Instant now) {
        ActiveCooldowns activeCooldowns = modelPool.health().activeCooldowns(key, now);
        Known want = want(modelPool, key, now);
        Instant rests = activeCooldowns.coolsUntil();
        return want == null || (rests != null && !want.until().isAfter(rests))
                ? activeCooldowns.standing()
                : new KeyState.Cooling(want.reason(), want.foreseen(), want.since(), want.until());
    }

    /// That nothing is left, not even for the smallest call; null where something is.
    private @Nullable Known want(ModelPool modelPool, PoolKey key, Instant now) {
        AdmissionControl admissionControl = modelPool.knownAdmission(key.group());
        Instant toldAt =
                admissionControl == null ? null : admissionControl.snapshot().at();
        if (admissionControl == null || toldAt == null) {
            return null;
        }
        Instant enough = modelPool.lacksBudgetUntil(key, LEAST_NEED, now);
        Scope scope = new Scope.OfGroupModel(quotaGroups.current(key.group()), modelPool.model());
        return enough == null
                ? null
                : new Known(scope, Failure.Kind.RATE_LIMITED, true, toldAt, enough, PoolStatus.Phase.COOLING);
    }
}
