package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.ActiveCooldowns;
import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.cooldown.ModelHealth;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmissionBlock;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.quota.BlockedGroups;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.rotation.RoundRobin.Queue;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rotation of one provider's keys for one model.
///
/// A key is in the queue, set aside, or parked. It is set aside while its group has too little quota left or too
/// many calls in flight. It is parked while a narrow cooldown of [ModelHealth] lasts, so that choosing checks
/// each cooldown once and not each time.
///
/// Parking is lazy: if a cooldown is extended, its keys are parked again when they are next checked. A cooldown
/// of a parked key becomes shorter if it is reverted, or if another gateway disproves it. An attempt here may
/// disprove it if its key joined the group meanwhile. So may one that began after another gateway had begun the
/// cooldown, and before it published that. Other parked keys get no attempts that could disprove it.
final class ModelPool {

    /// What a request may do additionally if no key is ready for it.
    enum LastResort {
        NONE,
        /// An unconfirmed outage may be probed before its cooldown is over.
        PROBE_UNCONFIRMED,
        /// A key that rate limited the request may be tried again after its limit and any cooldown of its
        /// provider. Not if the limit is forgotten, because too many other models were requested meanwhile.
        RETRY_LIMITED_KEYS
    }

    private static final int MOST_OF_A_GROUP = 100;

    private record Parked(Instant until, PoolKey key) {}

    /// @param probeEnds the earliest end of a probe or call in flight that blocks a key
    private record NextKey(@Nullable PoolKey key, @Nullable Instant probeEnds) {}

    private static final Comparator<Parked> SOONEST = Comparator.comparing(Parked::until)
            .thenComparingInt(parked -> parked.key().slot().ordinal());

    private final ProviderProfile profile;
    private final ModelId model;
    private final QuotaGroups quotaGroups;
    private final int generation;
    private final ModelHealth health;
    private final Map<QuotaGroup, AdmissionControl> admission = new HashMap<>();
    private final AdmissionControl unused = new AdmissionControl();
    private final RoundRobin<PoolKey, QuotaGroup> rotation;
    private final TreeSet<Parked> parked = new TreeSet<>(SOONEST);
    private final RecentAttempts recentAttempts = new RecentAttempts();

    private final BlockedGroups atInFlightLimit = new BlockedGroups();
    private final BlockedGroups lackingQuota = new BlockedGroups();

    ModelPool(
            ProviderProfile profile,
            ModelId model,
            QuotaGroups quotaGroups,
            int generation,
            Map<Scope, Cooldown> cooldownsOfAllModels) {
        this.profile = profile;
        this.model = model;
        this.quotaGroups = quotaGroups;
        this.generation = generation;
        this.health = new ModelHealth(profile.id(), model, quotaGroups, cooldownsOfAllModels);
        this.rotation = new RoundRobin<>(profile.keys(), key -> key.slot().ordinal() - 1, this::group);
    }

    /// Takes over the state of the keys that remain. `before` must not be used any more.
    ///
    /// Parked keys stay parked, until now if the reload has ended their cooldowns.
    void inherit(ModelPool before, PoolMigration poolMigration) {
        health.inherit(before.health, poolMigration);
        rotation.inherit(before.rotation, poolMigration::before);
        recentAttempts.inherit(before.recentAttempts);
        before.admission.forEach((group, known) -> {
            Set<String> keys = quotaGroups.fingerprints(group);
            if (!keys.isEmpty()) {
                known.retainKeys(keys::contains, poolMigration.now());
                admission.put(group, known);
            }
        });
        for (Parked parkedBefore : before.parked) {
            KeySlot slot = poolMigration.newSlotOf(parkedBefore.key().slot());
            if (slot != null) {
                PoolKey key = profile.key(slot);
                Instant now = poolMigration.now();
                Instant until = health.narrowCooldowns(key, now).coolsUntil();
                park(new Parked(Instants.earlier(parkedBefore.until(), until == null ? now : until), key));
            }
        }
    }

    ProviderProfile profile() {
        return profile;
    }

    ModelId model() {
        return model;
    }

    ModelHealth health() {
        return health;
    }

    Target target(PoolKey key) {
        return new Target(key, model, model.equals(profile.defaultModel()));
    }

    /// The admission control of `group`, only to read it: it may stand for several groups without calls.
    AdmissionControl knownAdmission(QuotaGroup group) {
        return admission.getOrDefault(quotaGroups.current(group), unused);
    }

    AdmissionControl admission(QuotaGroup group) {
        return admission.computeIfAbsent(quotaGroups.current(group), _ -> new AdmissionControl());
    }

    private QuotaGroup group(PoolKey key) {
        return quotaGroups.current(key.group());
    }

    void merge(QuotaGroup from, QuotaGroup into, Instant now) {
        health.merge(from, into);
        rotation.both(queue -> queue.merge(from, into));
        atInFlightLimit.remove(from);
        lackingQuota.remove(from);
        groupChanged(into);
        AdmissionControl known = admission.remove(from);
        if (known != null) {
            admission(into).merge(known, now);
        }
    }

    KeySelector.Selection choose(
            RequestAttempts requestAttempts, boolean defaultModel, LastResort lastResort, Instant now) {
        long need = requestAttempts.estimatedTokensAt(profile);
        Set<String> tried = requestAttempts.triedAt(profile.id(), model, lastResort == LastResort.RETRY_LIMITED_KEYS);
        for (Scope.OfGroupModel excluded : requestAttempts.excluded()) {
            if (excluded.group().provider().equals(profile.id())
                    && excluded.model().equals(model)) {
                tried.addAll(quotaGroups.fingerprints(excluded.group()));
            }
        }
        requeueReady(need, now);
        Queue<PoolKey, QuotaGroup> queue = rotation.of(requestAttempts.atStart());
        NextKey next = nextKey(need, tried, queue, lastResort, now);
        boolean mayProbe =
                lastResort == LastResort.PROBE_UNCONFIRMED && !requestAttempts.hasFailedProbeOf(profile.id(), model);
        // A key that the request has called is not worth a call during a cooldown of its provider or model.
        Instant wideUntil = lastResort == LastResort.RETRY_LIMITED_KEYS
                ? health.wideCooldowns(now).coolsUntil()
                : health.wideUntil(requestAttempts, mayProbe, now);
        if (wideUntil != null && (next.key() != null || next.probeEnds() != null)) {
            return new KeySelector.NoneReady(wideUntil, null);
        }
        if (next.key() == null) {
            return new KeySelector.NoneReady(whenUntriedIsReady(need, tried, queue, wideUntil, now), next.probeEnds());
        }
        Instant wideProbeEnds = health.wideCooldowns(now).probeEnds();
        if (wideProbeEnds != null) {
            return new KeySelector.NoneReady(null, wideProbeEnds);
        }
        boolean probesUnconfirmed = mayProbe && health.wideUntil(requestAttempts, false, now) != null;
        return take(next.key(), requestAttempts, defaultModel, probesUnconfirmed, now);
    }

    /// Whether calls of `group` with this model are remembered. After an eviction, each group would seem ready.
    private boolean isKnown(QuotaGroup group) {
        return admission.containsKey(group) || health.cooldownOf(new Scope.OfGroupModel(group, model)) != null;
    }

    private void requeueReady(long need, Instant now) {
        while (!parked.isEmpty() && !now.isBefore(parked.first().until())) {
            requeueAtFront(parked.removeFirst().key());
        }
        atInFlightLimit.removeOpenFor(need, now).forEach(this::restoreNext);
        lackingQuota.removeOpenFor(need, now).forEach(this::restoreNext);
    }

    /// Finds the first key in the queue that its narrow cooldowns and its group allow. Parks or sets aside the
    /// blocked keys before it.
    private NextKey nextKey(
            long need, Set<String> tried, Queue<PoolKey, QuotaGroup> queue, LastResort lastResort, Instant now) {
        Instant probeEnds = null;
        for (PoolKey key = queue.after(null); key != null; key = queue.after(key)) {
            ActiveCooldowns narrow = health.narrowCooldowns(key, now);
            QuotaGroup group = group(key);
            if (narrow.coolsUntil() != null) {
                park(new Parked(narrow.coolsUntil(), key));
            } else if (!tried.contains(key.fingerprint())
                    && (lastResort != LastResort.RETRY_LIMITED_KEYS || isKnown(group))
                    && !setAsideIfBlocked(key, narrow, need, now)) {
                if (narrow.probeEnds() == null) {
                    return new NextKey(key, probeEnds);
                }
                probeEnds = Instants.earlier(probeEnds, narrow.probeEnds());
            }
            if (!atInFlightLimit.has(group) && !lackingQuota.has(group)) {
                restoreNext(group);
            }
        }
        Instant outcome = atInFlightLimit.until(
                need, untried(tried, queue), group -> admission(group).inFlightBlock(need, now));
        return new NextKey(null, Instants.earlier(probeEnds, outcome));
    }

    /// Sets `key` aside if its group has too little quota, or is at its in-flight limit. Returns whether it did.
    private boolean setAsideIfBlocked(PoolKey key, ActiveCooldowns narrow, long need, Instant now) {
        AdmissionBlock quotaBlock = quotaBlock(key, narrow, need, now);
        AdmissionBlock block = quotaBlock == null ? knownAdmission(key.group()).inFlightBlock(need, now) : quotaBlock;
        if (block != null) {
            rotation.both(queue -> queue.setAside(key));
            (quotaBlock == null ? atInFlightLimit : lackingQuota).put(group(key), block);
        }
        return block != null;
    }

    Step.Attempt take(
            PoolKey key,
            RequestAttempts requestAttempts,
            boolean defaultModel,
            boolean probesUnconfirmed,
            Instant now) {
        long need = requestAttempts.estimatedTokensAt(profile);
        rotation.of(requestAttempts.atStart()).useTurn(key);
        admission(key.group()).begin(key, now, need);
        groupChanged(key.group());
        return new Step.Attempt(
                new Target(quotaGroups.current(key), model, defaultModel),
                health.beginProbes(key, now, requestAttempts.terms().deadline(), probesUnconfirmed),
                now,
                need,
                generation);
    }

    /// The first key of `group` in turn that a first attempt could use now without being a probe; null for none.
    /// Checks at most [#MOST_OF_A_GROUP] keys.
    @Nullable
    PoolKey nextReady(QuotaGroup group, long need, Instant now) {
        AdmissionControl known = knownAdmission(group);
        if (known.quotaBlock(need, now) != null || known.inFlightBlock(need, now) != null) {
            return null;
        }
        return quotaGroups.keys(group).stream()
                .limit(MOST_OF_A_GROUP)
                .filter(key -> rotation.has(key)
                        && health.withWide(health.narrowCooldowns(key, now), now)
                                .isNone())
                .min(Comparator.comparingLong(rotation.of(true)::place))
                .orElse(null);
    }

    RecentAttempts recentAttempts() {
        return recentAttempts;
    }

    /// Parks the key at `slot` if it cools down, so that it comes back to the front of the queue. A key left in
    /// the queue would have to wait its turn.
    void parkIfCooling(KeySlot slot, Instant now) {
        PoolKey key = profile.key(slot);
        Instant until = health.narrowCooldowns(key, now).coolsUntil();
        if (until != null && rotation.has(key)) {
            park(new Parked(until, key));
            groupChanged(key.group());
        }
    }

    void endProbes(Step.Attempt attempt) {
        health.endProbes(attempt);
        for (Scope scope : attempt.probes()) {
            if (scope instanceof Scope.OfGroupModel(var group, var _)) {
                // Another key of the group may probe now, regardless of the quota.
                groupChanged(group);
            }
        }
    }

    /// Lifts the blocks of `group`, which a report may have ended. Returns the first of its set-aside keys to the
    /// queue, so that choosing checks the group again.
    void groupChanged(QuotaGroup group) {
        QuotaGroup current = quotaGroups.current(group);
        atInFlightLimit.remove(current);
        lackingQuota.remove(current);
        restoreNext(current);
    }

    /// The block for a call of `need` with `key` whose group has too little quota; null for none.
    ///
    /// @param narrow the cooldowns of the key
    @Nullable
    AdmissionBlock quotaBlock(PoolKey key, ActiveCooldowns narrow, long need, Instant now) {
        AdmissionBlock block =
                narrow.cooling() == null ? knownAdmission(key.group()).quotaBlock(need, now) : null;
        return block == null || health.isGroupProbeDue(key.group(), now) ? null : block;
    }

    void returnTurn(KeySlot slot, boolean firstAttempt) {
        rotation.of(firstAttempt).returnTurn(profile.key(slot));
    }

    /// Requeues or parks again each parked key whose cooldown has ended or become shorter. Takes O(parked keys).
    void unparkReverted(Instant now) {
        for (Parked before : List.copyOf(parked.descendingSet())) {
            Instant until = health.narrowCooldowns(before.key(), now).coolsUntil();
            if (until == null) {
                parked.remove(before);
                requeueAtFront(before.key());
            } else if (until.isBefore(before.until())) {
                parked.remove(before);
                parked.add(new Parked(until, before.key()));
            }
        }
    }

    private @Nullable Instant whenUntriedIsReady(
            long need, Set<String> tried, Queue<PoolKey, QuotaGroup> queue, @Nullable Instant wideUntil, Instant now) {
        Instant enough = lackingQuota.until(
                need, untried(tried, queue), group -> admission(group).quotaBlock(need, now));
        Instant ready = Instants.earlier(enough, whenUntriedHasCooled(tried, now));
        return ready == null || wideUntil == null ? ready : Instants.later(ready, wideUntil);
    }

    /// Matches groups with an untried key that is set aside; null if the request has tried none.
    private @Nullable Predicate<QuotaGroup> untried(Set<String> tried, Queue<PoolKey, QuotaGroup> queue) {
        return tried.isEmpty()
                ? null
                : group -> queue.aside(group).values().stream().anyMatch(key -> !tried.contains(key.fingerprint()));
    }

    private @Nullable Instant whenUntriedHasCooled(Set<String> tried, Instant now) {
        for (Parked first = nextUntried(tried); first != null; first = nextUntried(tried)) {
            Instant until = health.narrowCooldowns(first.key(), now).coolsUntil();
            if (until == null || until.equals(first.until())) {
                return first.until();
            }
            parked.remove(first);
            parked.add(new Parked(until, first.key()));
        }
        return null;
    }

    private @Nullable Parked nextUntried(Set<String> tried) {
        for (Parked candidate : parked) {
            if (!tried.contains(candidate.key().fingerprint())) {
                return candidate;
            }
        }
        return null;
    }

    /// For a key whose cooldown is over: it has waited longest.
    private void requeueAtFront(PoolKey key) {
        rotation.both(queue -> queue.moveToFront(key));
    }

    private void restoreNext(QuotaGroup group) {
        rotation.both(queue -> queue.restoreNext(group));
    }

    private void park(Parked next) {
        rotation.both(queue -> queue.remove(next.key()));
        parked.add(next);
    }
}
