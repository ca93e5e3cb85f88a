package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.ActiveCooldowns;
import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.cooldown.ModelHealth;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.quota.AdmissionBlock;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.KnownCooldown;
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
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the state of the pool for status pages and errors; changes nothing.
final class PoolInspector {

    /// A key with quota for the smallest call is not shown as cooling. [#unavailability] reports a quota that
    /// is too low for a larger call.
    private static final long SMALLEST_NEED = 1;

    /// The most models shown for one key: clients choose the names of models.
    private static final int MOST_MODELS = 50;

    /// The most models shown for all keys together, but at least one for each key. Each takes about a
    /// microsecond, during which the pool is locked.
    private static final int MOST_ROWS = 20_000;

    /// The most cooling keys that an error lists; the others are counted.
    private static final int MOST_COOLING = 50;

    /// The most cached results of a provider: one for each model and need for which no key was ready.
    private static final int MOST_CACHED = 100;

    /// What blocks a key for a call with one model.
    ///
    /// @param narrow the cooldowns of the key
    /// @param all these, and those of its provider
    /// @param quotaBlock the block while the key's group has too little quota for the call; null for none
    private record KeyBlocks(
            ModelPool modelPool,
            PoolKey key,
            ActiveCooldowns narrow,
            ActiveCooldowns all,
            @Nullable AdmissionBlock quotaBlock) {

        static KeyBlocks of(ModelPool modelPool, PoolKey key, long need, Instant now) {
            ActiveCooldowns narrow = modelPool.health().narrowCooldowns(key, now);
            ActiveCooldowns all = modelPool.health().withWide(narrow, now);
            return new KeyBlocks(modelPool, key, narrow, all, modelPool.quotaBlock(key, narrow, need, now));
        }

        /// The block that ends last.
        @Nullable
        CoolingKey cooling() {
            Cooldown cooldown = all.cooling();
            if (quotaBlock != null && (cooldown == null || quotaBlock.until().isAfter(cooldown.until()))) {
                return new CoolingKey(key, modelPool.model(), Failure.Kind.RATE_LIMITED, true, quotaBlock.until());
            }
            return cooldown == null
                    ? null
                    : new CoolingKey(key, modelPool.model(), cooldown.reason(), false, cooldown.until());
        }

        KeyState state(Duration offset) {
            CoolingKey cooling = cooling();
            return quotaBlock != null && cooling != null && cooling.foreseen()
                    ? foreseen(quotaBlock, offset)
                    : all.keyState(offset);
        }

        /// The state of a key that only its quota blocks, since the provider reported it.
        KeyState.Cooling foreseen(AdmissionBlock block, Duration offset) {
            Instant reportedAt = Objects.requireNonNull(
                    modelPool.knownAdmission(key.group()).lastReport().at());
            return new KeyState.Cooling(
                    Failure.Kind.RATE_LIMITED,
                    true,
                    reportedAt.plus(offset),
                    block.until().plus(offset));
        }

        static boolean isReadyButForItsProvider(ModelPool modelPool, PoolKey key, Instant now) {
            KeyBlocks blocks = of(modelPool, key, SMALLEST_NEED, now);
            return blocks.narrow.cooling() == null && blocks.narrow.probing() == null && blocks.quotaBlock == null;
        }
    }

    /// Why the keys of a model pool cool down. The result is cached until a report on a key, or until the first
    /// key is ready. So refusing many requests does not check all keys for each of them.
    ///
    /// @param ofAnyNeed whether it is the same for requests of any size
    private record Cached(Unavailability unavailability, boolean ofAnyNeed, Instant validUntil) {}

    private record CacheKey(ModelPool modelPool, long need) {

        static final long ANY = -1;
    }

    private final Map<ProviderId, Map<CacheKey, Cached>> cached = new HashMap<>();
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

    Unavailability unavailability(RequestAttempts requestAttempts, List<ModelPool> modelPools, Instant now) {
        var cooling = new ArrayList<CoolingKey>();
        var reasons = EnumSet.noneOf(Failure.Kind.class);
        Instant readyAt = Instant.MAX;
        int more = 0;
        var inOrder = new ArrayList<>(modelPools);
        inOrder.sort(Comparator.comparingInt(modelPool -> providers.indexOf(modelPool.profile())));
        for (ModelPool modelPool : inOrder) {
            long need = requestAttempts.estimatedTokensAt(modelPool.profile());
            Unavailability ofPool = unavailability(modelPool, need, now);
            List<CoolingKey> tried = tried(modelPool, requestAttempts, ofPool.cooling(), need, now);
            cooling.addAll(ofPool.cooling());
            cooling.addAll(tried);
            more += ofPool.more() - tried.size();
            reasons.addAll(ofPool.reasons());
            readyAt = Instants.earlier(readyAt, ofPool.readyAt());
        }
        return new Unavailability(cooling, more, reasons, readyAt);
    }

    /// The cooling keys that the request has tried and that are not among the `shown` ones.
    private static List<CoolingKey> tried(
            ModelPool modelPool, RequestAttempts requestAttempts, List<CoolingKey> shown, long need, Instant now) {
        ProviderProfile profile = modelPool.profile();
        Set<String> tried = requestAttempts.triedAt(profile.id(), modelPool.model(), false);
        if (tried.isEmpty()) {
            return List.of();
        }
        shown.forEach(cooling -> tried.remove(cooling.key().fingerprint()));
        return profile.keys().stream()
                .filter(key -> tried.contains(key.fingerprint()))
                .flatMap(key -> Stream.ofNullable(
                        KeyBlocks.of(modelPool, key, need, now).cooling()))
                .toList();
    }

    private Unavailability unavailability(ModelPool modelPool, long need, Instant now) {
        Map<CacheKey, Cached> ofProvider =
                cached.computeIfAbsent(modelPool.profile().id(), _ -> new HashMap<>());
        var exact = new CacheKey(modelPool, need);
        var any = new CacheKey(modelPool, CacheKey.ANY);
        Cached known = ofProvider.getOrDefault(any, ofProvider.get(exact));
        if (known != null && now.isBefore(known.validUntil())) {
            return known.unavailability();
        }
        Cached inspected = inspect(modelPool, need, now);
        if (ofProvider.size() >= MOST_CACHED) {
            ofProvider.clear();
        }
        ofProvider.put(inspected.ofAnyNeed() ? any : exact, inspected);
        return inspected.unavailability();
    }

    private static Cached inspect(ModelPool modelPool, long need, Instant now) {
        var first = new ArrayList<CoolingKey>();
        var reasons = EnumSet.noneOf(Failure.Kind.class);
        Instant readyAt = Instant.MAX;
        Instant validUntil = Instant.MAX;
        int count = 0;
        boolean ofAnyNeed = true;
        for (PoolKey key : modelPool.profile().keys()) {
            KeyBlocks blocks = KeyBlocks.of(modelPool, key, need, now);
            CoolingKey cooling = blocks.cooling();
            if (cooling != null) {
                reasons.add(cooling.reason());
                if (count++ < MOST_COOLING) {
                    first.add(cooling);
                }
            }
            readyAt = Instants.earlier(readyAt, cooling == null ? now : cooling.until());
            if (blocks.quotaBlock() != null) {
                validUntil = Instants.earlier(validUntil, blocks.quotaBlock().recheck());
            }
            ofAnyNeed &= blocks.narrow().cooling() != null
                    || !modelPool.knownAdmission(key.group()).isLimited();
        }
        var unavailability = new Unavailability(first, count - first.size(), reasons, readyAt);
        return new Cached(unavailability, ofAnyNeed, Instants.earlier(readyAt, validUntil));
    }

    /// Drops the cached results of `provider`, after a report on a key or a new attempt.
    void changed(ProviderId provider) {
        cached.remove(provider);
    }

    /// As [KeyPool#status].
    ///
    /// @param auto a new request that names no model
    /// @param targets its targets in the order in which it would try them
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
            ModelPool ofDefault = pools.ofDefaultModel(profile.id());
            List<ModelPool> usualPools = usualPools(targets, ofDefault);
            allUsualPools.addAll(usualPools);
            List<ModelPool> open = usualPools.stream()
                    .filter(modelPool -> isProviderReady(modelPool.health(), now)
                            || modelPool.health().wouldProbeUnconfirmed(now))
                    .toList();
            long usable = profile.keys().stream()
                    .filter(key -> open.stream()
                            .anyMatch(modelPool -> KeyBlocks.isReadyButForItsProvider(modelPool, key, now)))
                    .count();
            List<KeyStatus> keys = profile.keys().stream()
                    .map(key -> status(key, ofDefault, shown, now, offset))
                    .toList();
            statuses.add(new ProviderStatus(
                    profile.id(), profile.defaultModel(), keys, (int) usable, all.size() - shown.size()));
        }
        Instant readyAt = statuses.stream().anyMatch(ProviderStatus::canAnswer)
                ? now
                : unavailability(auto, allUsualPools, now).readyAt();
        return new PoolStatus(now.plus(offset), statuses, current(targets, now), readyAt.plus(offset));
    }

    private KeyStatus status(PoolKey key, ModelPool ofDefault, List<ModelPool> shown, Instant now, Duration offset) {
        KeyState usual = KeyBlocks.of(ofDefault, key, SMALLEST_NEED, now).state(offset);
        List<KeyBlocks> blocks = shown.stream()
                .map(modelPool -> KeyBlocks.of(modelPool, key, SMALLEST_NEED, now))
                .toList();
        Tally tally = statistics.of(key.slot());
        return new KeyStatus(
                quotaGroups.current(key),
                usual,
                known(blocks, now, offset),
                models(blocks, usual, now, offset),
                new Tally(tally.attempts(), tally.failures(), wallTime(tally.lastUse(), offset)));
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

    /// Whether no key waits for its provider. The next call may be the probe of an outage that is over.
    private static boolean isProviderReady(ModelHealth health, Instant now) {
        ActiveCooldowns wide = health.wideCooldowns(now);
        return wide.coolsUntil() == null && wide.probeEnds() == null;
    }

    private static @Nullable Instant wallTime(@Nullable Instant instant, Duration offset) {
        return instant == null ? null : instant.plus(offset);
    }

    /// A target with a ready key comes before one that would only be probed.
    private ProviderId current(List<RouteTarget> targets, Instant now) {
        return Stream.<Predicate<ModelHealth>>of(
                        health -> isProviderReady(health, now), health -> health.wouldProbeUnconfirmed(now))
                .flatMap(wanted -> targets.stream().map(pools::of).filter(modelPool -> wanted.test(modelPool.health())))
                .filter(modelPool -> modelPool.profile().keys().stream()
                        .anyMatch(key -> KeyBlocks.isReadyButForItsProvider(modelPool, key, now)))
                .map(modelPool -> modelPool.profile().id())
                .findFirst()
                .orElseGet(() -> targets.isEmpty()
                        ? providers.getFirst().id()
                        : targets.getFirst().provider());
    }

    /// A cooldown for all models is in each model pool, and listed once.
    private List<KnownCooldown> known(List<KeyBlocks> shown, Instant now, Duration offset) {
        var known = new LinkedHashSet<KnownCooldown>();
        for (KeyBlocks blocks : shown) {
            ModelPool modelPool = blocks.modelPool();
            known.addAll(modelPool.health().known(blocks.key(), now, offset));
            if (blocks.quotaBlock() != null) {
                KeyState.Cooling foreseen = blocks.foreseen(blocks.quotaBlock(), offset);
                Scope scope =
                        new Scope.OfGroupModel(quotaGroups.current(blocks.key().group()), modelPool.model());
                known.add(new KnownCooldown(
                        scope, foreseen.reason(), true, foreseen.since(), foreseen.until(), PoolStatus.Phase.COOLING));
            }
        }
        return List.copyOf(known);
    }

    private static List<ModelStatus> models(List<KeyBlocks> shown, KeyState usual, Instant now, Duration offset) {
        var models = new ArrayList<ModelStatus>();
        for (KeyBlocks blocks : shown) {
            KeyState keyState = blocks.state(offset);
            AdmissionControl admission =
                    blocks.modelPool().knownAdmission(blocks.key().group());
            AdmissionControl.Report lastReport = admission.lastReport();
            AdmissionBlock inFlightBlock = admission.inFlightBlock(SMALLEST_NEED, now);
            if (!keyState.equals(usual) || lastReport.at() != null || inFlightBlock != null) {
                models.add(new ModelStatus(
                        blocks.modelPool().model(),
                        keyState,
                        lastReport.status(),
                        wallTime(lastReport.at(), offset),
                        admission.inFlight(now),
                        wallTime(inFlightBlock == null ? null : inFlightBlock.until(), offset)));
            }
        }
        return models;
    }
}
