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
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.Known;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the state of the pool for status pages and errors; changes nothing.
final class PoolInspector {

    /// A key with budget for the smallest call is not shown as cooling. [#unavailability] reports a budget that
    /// is too low for a larger call.
    private static final long SMALLEST_NEED = 1;

    /// The most models shown for one key: clients choose the names of models.
    private static final int MOST_MODELS = 50;

    /// The most models shown for all keys together, but at least one for each key. Each takes about a
    /// microsecond, during which the pool is locked.
    private static final int MOST_ROWS = 20_000;

    /// The most cooling keys that an error lists; the others are counted.
    private static final int MOST_COOLING = 50;

    /// The most cached results: one for each model and need for which no key was ready.
    private static final int MOST_CACHED = 100;

    /// Why the keys of a model pool cool down. The result is cached until a report on a key, or until the first
    /// key is ready. So refusing many requests does not check all keys for each of them.
    ///
    /// @param first the cooling keys that are listed
    /// @param ofAnyNeed whether it is the same for requests of any size
    /// @param validUntil until when the result is valid
    private record PoolUnavailability(
            ModelPool modelPool,
            List<CoolingKey> first,
            int count,
            Set<Failure.Kind> reasons,
            Instant readyAt,
            boolean ofAnyNeed,
            Instant validUntil) {}

    private record CacheKey(ModelPool modelPool, long need) {

        static final long ANY = -1;
    }

    private final Map<CacheKey, PoolUnavailability> unavailabilities = new HashMap<>();
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

    /// @param modelPools the pools that the request may still use
    Unavailability unavailability(RequestAttempts requestAttempts, List<ModelPool> modelPools, Instant now) {
        var cooling = new ArrayList<CoolingKey>();
        var reasons = EnumSet.noneOf(Failure.Kind.class);
        Instant readyAt = Instant.MAX;
        int count = 0;
        for (ModelPool modelPool : inOrder(modelPools)) {
            long need = requestAttempts.estimatedTokensAt(modelPool.profile());
            PoolUnavailability poolUnavailability = unavailability(modelPool, need, now);
            cooling.addAll(poolUnavailability.first());
            for (PoolKey key : hidden(poolUnavailability, requestAttempts)) {
                ActiveCooldowns narrow = modelPool.health().narrowCooldowns(key, now);
                CoolingKey tried = cooling(modelPool, key, narrow, modelPool.budgetBlock(key, narrow, need, now), now);
                if (tried != null) {
                    cooling.add(tried);
                }
            }
            reasons.addAll(poolUnavailability.reasons());
            count += poolUnavailability.count();
            readyAt = poolUnavailability.readyAt().isBefore(readyAt) ? poolUnavailability.readyAt() : readyAt;
        }
        return new Unavailability(cooling, count - cooling.size(), reasons, readyAt);
    }

    private List<ModelPool> inOrder(List<ModelPool> modelPools) {
        return modelPools.stream()
                .sorted(Comparator.comparingInt(modelPool -> providers.indexOf(modelPool.profile())))
                .toList();
    }

    /// The keys that the request has tried and that `poolUnavailability` does not show.
    private static List<PoolKey> hidden(PoolUnavailability poolUnavailability, RequestAttempts requestAttempts) {
        ProviderProfile profile = poolUnavailability.modelPool().profile();
        ModelId model = poolUnavailability.modelPool().model();
        if (poolUnavailability.count() == poolUnavailability.first().size()
                || requestAttempts.attemptsAt(profile.id(), model) == 0) {
            return List.of();
        }
        Set<String> tried = requestAttempts.triedAt(profile.id(), model, false);
        poolUnavailability.first().forEach(shown -> tried.remove(shown.key().fingerprint()));
        return profile.keys().stream()
                .filter(key -> tried.contains(key.fingerprint()))
                .toList();
    }

    private PoolUnavailability unavailability(ModelPool modelPool, long need, Instant now) {
        var exact = new CacheKey(modelPool, need);
        var any = new CacheKey(modelPool, CacheKey.ANY);
        PoolUnavailability known = unavailabilities.getOrDefault(any, unavailabilities.get(exact));
        if (known != null && now.isBefore(known.validUntil())) {
            return known;
        }
        PoolUnavailability poolUnavailability = inspect(modelPool, need, now);
        if (unavailabilities.size() >= MOST_CACHED) {
            unavailabilities.clear();
        }
        unavailabilities.put(poolUnavailability.ofAnyNeed() ? any : exact, poolUnavailability);
        return poolUnavailability;
    }

    private static PoolUnavailability inspect(ModelPool modelPool, long need, Instant now) {
        var first = new ArrayList<CoolingKey>();
        var reasons = EnumSet.noneOf(Failure.Kind.class);
        Instant readyAt = Instant.MAX;
        Instant validUntil = Instant.MAX;
        int count = 0;
        boolean ofAnyNeed = true;
        for (PoolKey key : modelPool.profile().keys()) {
            ActiveCooldowns narrow = modelPool.health().narrowCooldowns(key, now);
            AdmissionBlock budgetBlock = modelPool.budgetBlock(key, narrow, need, now);
            CoolingKey cooling = cooling(modelPool, key, narrow, budgetBlock, now);
            if (cooling != null) {
                reasons.add(cooling.reason());
                if (count++ < MOST_COOLING) {
                    first.add(cooling);
                }
            }
            Instant until = cooling == null ? now : cooling.until();
            readyAt = until.isBefore(readyAt) ? until : readyAt;
            validUntil = budgetBlock != null && budgetBlock.recheck().isBefore(validUntil)
                    ? budgetBlock.recheck()
                    : validUntil;
            ofAnyNeed &= narrow.cooling() != null
                    || !modelPool.knownAdmission(key.group()).isLimited();
        }
        validUntil = readyAt.isBefore(validUntil) ? readyAt : validUntil;
        return new PoolUnavailability(modelPool, first, count, reasons, readyAt, ofAnyNeed, validUntil);
    }

    private static @Nullable CoolingKey cooling(
            ModelPool modelPool,
            PoolKey key,
            ActiveCooldowns narrow,
            @Nullable AdmissionBlock budgetBlock,
            Instant now) {
        Cooldown cooldown = modelPool.health().withWide(narrow, now).cooling();
        if (budgetBlock != null && (cooldown == null || budgetBlock.until().isAfter(cooldown.until()))) {
            return new CoolingKey(key, modelPool.model(), Failure.Kind.RATE_LIMITED, true, budgetBlock.until());
        }
        return cooldown == null
                ? null
                : new CoolingKey(key, modelPool.model(), cooldown.reason(), false, cooldown.until());
    }

    /// Drops the cached results of `provider`, after a report on a key or a new attempt.
    void changed(ProviderId provider) {
        if (!unavailabilities.isEmpty()) {
            unavailabilities
                    .keySet()
                    .removeIf(cached -> cached.modelPool().profile().id().equals(provider));
        }
    }

    /// @param offset added to an instant to get the wall-clock time
    /// @param auto a new request that names no model
    /// @param targets its targets in the order in which it would try them
    /// @param withModels whether to list the cooldowns and models of each key
    PoolStatus status(
            Instant now, Duration offset, RequestAttempts auto, List<RouteTarget> targets, boolean withModels) {
        int count =
                providers.stream().mapToInt(profile -> profile.keys().size()).sum();
        int most = Math.clamp(MOST_ROWS / count, 1, MOST_MODELS);
        var statuses = new ArrayList<ProviderStatus>();
        var allUsualPools = new ArrayList<ModelPool>();
        for (ProviderProfile profile : providers) {
            List<ModelPool> all = withModels ? pools.existing(profile.id()) : List.of();
            List<ModelPool> shown = all.subList(0, Math.min(all.size(), most));
            var keys = new ArrayList<KeyStatus>();
            ModelPool ofDefault = pools.ofDefaultModel(profile.id());
            List<ModelPool> usualPools = usualPools(targets, ofDefault);
            allUsualPools.addAll(usualPools);
            List<ModelPool> open = usualPools.stream()
                    .filter(modelPool -> isOpen(modelPool, now) || mayProbe(modelPool, now))
                    .toList();
            int usable = 0;
            for (PoolKey key : profile.keys()) {
                KeyState usual = state(ofDefault, key, now, offset);
                if (open.stream().anyMatch(modelPool -> isReadyButForItsProvider(modelPool, key, now))) {
                    usable++;
                }
                Tally tally = statistics.of(key.slot());
                keys.add(new KeyStatus(
                        quotaGroups.current(key),
                        usual,
                        known(shown, key, now, offset),
                        models(shown, usual, key, now, offset),
                        new Tally(tally.attempts(), tally.failures(), wallTime(tally.lastUse(), offset))));
            }
            statuses.add(
                    new ProviderStatus(profile.id(), profile.defaultModel(), keys, usable, all.size() - shown.size()));
        }
        Instant readyAt = statuses.stream().anyMatch(ProviderStatus::canAnswer)
                ? now
                : unavailability(auto, allUsualPools, now).readyAt();
        return new PoolStatus(now.plus(offset), statuses, current(targets, now), readyAt.plus(offset));
    }

    /// The pools of the models at the provider that `targets` lead to; that of its default model if there are none.
    private List<ModelPool> usualPools(List<RouteTarget> targets, ModelPool ofDefault) {
        List<ModelPool> usual = targets.stream()
                .filter(target -> target.provider().equals(ofDefault.profile().id()))
                .map(pools::of)
                .distinct()
                .toList();
        return usual.isEmpty() ? List.of(ofDefault) : usual;
    }

    private static boolean isOpen(ModelPool modelPool, Instant now) {
        return modelPool.health().wideCooldowns(now).isNone();
    }

    private static boolean mayProbe(ModelPool modelPool, Instant now) {
        return modelPool.health().wouldProbeUnconfirmed(now);
    }

    private static @Nullable Instant wallTime(@Nullable Instant instant, Duration offset) {
        return instant == null ? null : instant.plus(offset);
    }

    private static boolean isReadyButForItsProvider(ModelPool modelPool, PoolKey key, Instant now) {
        ActiveCooldowns narrow = modelPool.health().narrowCooldowns(key, now);
        return narrow.coolsUntil() == null
                && narrow.probeEnds() == null
                && modelPool.budgetBlock(key, narrow, SMALLEST_NEED, now) == null;
    }

    /// A target with a ready key comes before one that would only be probed.
    private ProviderId current(List<RouteTarget> targets, Instant now) {
        return Stream.<Predicate<ModelPool>>of(
                        modelPool -> isOpen(modelPool, now), modelPool -> mayProbe(modelPool, now))
                .flatMap(wanted -> targets.stream().map(pools::of).filter(wanted))
                .filter(modelPool -> modelPool.profile().keys().stream()
                        .anyMatch(key -> isReadyButForItsProvider(modelPool, key, now)))
                .map(modelPool -> modelPool.profile().id())
                .findFirst()
                .orElseGet(() -> targets.getFirst().provider());
    }

    /// A cooldown for all models is in each model pool, and listed once.
    private List<Known> known(List<ModelPool> shown, PoolKey key, Instant now, Duration offset) {
        var known = new LinkedHashSet<Known>();
        for (ModelPool modelPool : shown) {
            known.addAll(modelPool.health().known(key, now, offset));
            KeyState.Cooling foreseen = budgetCooling(modelPool, key, now, offset);
            if (foreseen != null) {
                Scope scope = new Scope.OfGroupModel(quotaGroups.current(key.group()), modelPool.model());
                known.add(new Known(
                        scope, foreseen.reason(), true, foreseen.since(), foreseen.until(), PoolStatus.Phase.COOLING));
            }
        }
        return List.copyOf(known);
    }

    private static List<ModelStatus> models(
            List<ModelPool> shown, KeyState usual, PoolKey key, Instant now, Duration offset) {
        var models = new ArrayList<ModelStatus>();
        for (ModelPool modelPool : shown) {
            KeyState keyState = state(modelPool, key, now, offset);
            AdmissionControl admission = modelPool.knownAdmission(key.group());
            AdmissionControl.Snapshot snapshot = admission.snapshot();
            AdmissionBlock inFlightBlock = admission.inFlightBlock(SMALLEST_NEED, now);
            if (!keyState.equals(usual) || snapshot.at() != null || inFlightBlock != null) {
                models.add(new ModelStatus(
                        modelPool.model(),
                        keyState,
                        snapshot.allowance(),
                        wallTime(snapshot.at(), offset),
                        admission.inFlight(now),
                        wallTime(inFlightBlock == null ? null : inFlightBlock.until(), offset)));
            }
        }
        return models;
    }

    private static KeyState state(ModelPool modelPool, PoolKey key, Instant now, Duration offset) {
        ActiveCooldowns activeCooldowns = modelPool.health().activeCooldowns(key, now);
        KeyState.Cooling foreseen = budgetCooling(modelPool, key, now, offset);
        Instant coolsUntil = wallTime(activeCooldowns.coolsUntil(), offset);
        return foreseen == null || (coolsUntil != null && !foreseen.until().isAfter(coolsUntil))
                ? activeCooldowns.keyState(offset)
                : foreseen;
    }

    /// The state of a key without budget for the smallest call; null for other keys.
    private static KeyState.@Nullable Cooling budgetCooling(
            ModelPool modelPool, PoolKey key, Instant now, Duration offset) {
        ActiveCooldowns narrow = modelPool.health().narrowCooldowns(key, now);
        AdmissionBlock block = modelPool.budgetBlock(key, narrow, SMALLEST_NEED, now);
        Instant reportedAt = modelPool.knownAdmission(key.group()).snapshot().at();
        return block == null || reportedAt == null
                ? null
                : new KeyState.Cooling(
                        Failure.Kind.RATE_LIMITED,
                        true,
                        reportedAt.plus(offset),
                        block.until().plus(offset));
    }
}
