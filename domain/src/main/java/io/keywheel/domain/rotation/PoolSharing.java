package io.keywheel.domain.rotation;

import io.keywheel.domain.cooldown.Cooldown;
import io.keywheel.domain.cooldown.ModelHealth;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.registry.KeyRegistry;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.sharing.SharedCooldowns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Exchanges facts with the key pools of other gateways.
///
/// Gateways publish facts to one log, and read those of others from it. A claim announces a call of this gateway
/// in the log. The call is made only if it is still possible after all facts before it, as [SharedCalls] decides.
final class PoolSharing {

    private static final int MOST_SCOPES = 20_000;
    private static final int MOST_REPEATED = 2_000;
    private static final Set<Scope.Kind> OF_ALL_MODELS = Set.of(Scope.Kind.KEY, Scope.Kind.GROUP, Scope.Kind.PROVIDER);

    private final ModelPools pools;
    private final QuotaGroups quotaGroups;
    private final KeyRegistry registry;
    private final SharedCalls calls;
    private final List<Fact> unpublished = new ArrayList<>();

    /// The last reload that kept a key, by the slot of the key.
    private final Map<KeySlot, Instant> reloads = new HashMap<>();

    private final Map<Scope, SharedCooldowns> cooldowns = new LruMap<>(MOST_SCOPES);

    /// @param calls outlive this key pool
    PoolSharing(ModelPools pools, QuotaGroups quotaGroups, KeyRegistry registry, SharedCalls calls) {
        this.pools = pools;
        this.quotaGroups = quotaGroups;
        this.registry = registry;
        this.calls = calls;
    }

    /// Takes over what is known, except cooldowns of keys, which the reload has ended.
    void inherit(PoolSharing before, PoolMigration poolMigration) {
        unpublished.addAll(before.unpublished);
        poolMigration.remainingSlots().forEach(slot -> reloads.put(slot, poolMigration.now()));
        before.cooldowns.forEach((scope, shared) -> {
            var kept = scope instanceof Scope.OfKey ? new SharedCooldowns(List.of(), shared.answered()) : shared;
            poolMigration.heirs(scope).forEach(heir -> cooldowns.merge(heir, kept, SharedCooldowns::joined));
        });
    }

    SharedCalls calls() {
        return calls;
    }

    List<Fact> takeUnpublished() {
        List<Fact> taken = List.copyOf(unpublished);
        unpublished.clear();
        return taken;
    }

    /// Publishes again the merged groups, and the cooldowns that still hold. Of many, those that end last.
    void repeat(Instant now) {
        Stream<Fact> groups = quotaGroups.parts().flatMap(this::oneGroup);
        Stream<Fact.CooledDown> active = cooldowns.values().stream()
                .flatMap(ofScope -> Stream.ofNullable(ofScope.longest()))
                .filter(longest -> longest.until().isAfter(now))
                .sorted(Comparator.comparing(Fact.CooledDown::until).reversed());
        Stream.concat(groups.limit(MOST_REPEATED / 2), active)
                .limit(MOST_REPEATED)
                .forEach(unpublished::add);
    }

    private Stream<Fact> oneGroup(Collection<PoolKey> keys) {
        PoolKey first = keys.iterator().next();
        Target target = pools.ofDefaultModel(first.provider()).target(first);
        return keys.stream().skip(1).map(other -> new Fact.OneGroup(callTarget(target), other.fingerprint()));
    }

    private static Fact.CallTarget callTarget(Target target) {
        return new Fact.CallTarget(target.provider(), target.key().fingerprint(), target.model());
    }

    private SharedCooldowns cooldownsOf(Scope scope) {
        return cooldowns.getOrDefault(scope, SharedCooldowns.NONE);
    }

    /// An attempt of this gateway began or extended the cooldown of `scope`.
    void cooledDown(Step.Attempt attempt, Scope scope, Cooldown cooldown) {
        Fact.CooledDown fact = cooldown.fact(callTarget(attempt.target()), scope.kind());
        cooldowns.put(scope, cooldownsOf(scope).with(fact));
        unpublished.add(fact);
    }

    /// An attempt of this gateway was answered, which `disproved` these cooldowns.
    void answered(Step.Attempt attempt, Map<Scope, Cooldown> disproved, Instant now) {
        Instant begun = attempt.startedAt();
        for (Scope.Kind kind : Scope.Kind.values()) {
            kind.at(attempt.target()).ifPresent(scope -> disprove(scope, attempt.target(), begun, now));
        }
        Set<Scope.Kind> kinds = kinds(disproved.keySet(), disproved::get);
        if (!kinds.isEmpty()) {
            unpublished.add(new Fact.Answered(callTarget(attempt.target()), kinds, begun));
        }
    }

    /// The kinds of `scopes` whose cooldowns concern all hosts: a provider that throttles one may serve others.
    private static Set<Scope.Kind> kinds(Set<Scope> scopes, Function<Scope, @Nullable Cooldown> cooldownOf) {
        var kinds = EnumSet.noneOf(Scope.Kind.class);
        for (Scope scope : scopes) {
            Cooldown cooldown = cooldownOf.apply(scope);
            boolean limited = cooldown != null && cooldown.reason() == Failure.Kind.RATE_LIMITED;
            if (!(scope instanceof Scope.OfProvider && limited)) {
                kinds.add(scope.kind());
            }
        }
        return kinds;
    }

    /// An attempt of this gateway failed, but reached the provider.
    void reachedProvider(Step.Attempt attempt) {
        var provider = new Scope.OfProvider(attempt.target().provider());
        cooldowns.put(provider, cooldownsOf(provider).answered(attempt.startedAt()));
        unpublished.add(
                new Fact.Answered(callTarget(attempt.target()), Set.of(Scope.Kind.PROVIDER), attempt.startedAt()));
    }

    /// The provider named one organisation for two groups.
    void sameGroup(Target target, QuotaGroups.Merger merger) {
        boolean hasJoined = merger.keys().contains(target.key().slot());
        KeySlot other = hasJoined ? merger.first() : merger.keys().getFirst();
        String fingerprint =
                pools.ofDefaultModel(target.provider()).profile().key(other).fingerprint();
        unpublished.add(new Fact.OneGroup(callTarget(target), fingerprint));
    }

    void merged(QuotaGroups.Merger merger, ModelId model) {
        merged(new Scope.OfGroup(merger.from()), new Scope.OfGroup(merger.into()));
        merged(new Scope.OfGroupModel(merger.from(), model), new Scope.OfGroupModel(merger.into(), model));
    }

    private void merged(Scope from, Scope into) {
        SharedCooldowns before = cooldowns.remove(from);
        if (before != null) {
            cooldowns.merge(into, before, SharedCooldowns::joined);
        }
    }

    /// As [KeyPool#called].
    Fact.@Nullable Called called(Step.Attempt decided, Duration probeTimeout, Instant now) {
        Step.Attempt attempt = registry.current(decided);
        if (attempt == null) {
            return null;
        }
        Target target = attempt.target();
        ModelPool pool = pools.of(attempt);
        Set<Scope.Kind> probes = kinds(attempt.probes(), pool.health()::cooldownOf);
        AdmissionControl admission = pool.admission(target.key().group());
        int others = calls.gateways(now);
        boolean claimed =
                !probes.isEmpty() || (others > 0 && admission.mayExceedLimit(others, attempt.estimatedTokens(), now));
        if (!claimed && !admission.isLimited()) {
            return null;
        }
        Fact.CallId id = calls.nextId();
        Instant probeEnds = now.plus(probeTimeout);
        var call = new Fact.Called(
                id, callTarget(target), attempt.estimatedTokens(), claimed, probes, attempt.startedAt(), probeEnds);
        if (claimed) {
            calls.claim(id, decided);
        } else {
            unpublished.add(call);
        }
        return call;
    }

    /// An attempt of this gateway has ended.
    ///
    /// @param call the published fact about it; null for none
    void ended(Fact.@Nullable Called call, Step.Attempt attempt, Fact.End end, long spent, RateLimitStatus limits) {
        if (call != null || !limits.buckets().isEmpty()) {
            unpublished.add(new Fact.Ended(
                    call == null ? calls.nextId() : call.id(),
                    callTarget(attempt.target()),
                    end,
                    spent,
                    limits,
                    attempt.startedAt()));
        }
    }

    private void cooledDownElsewhere(Fact.CooledDown fact, Target target, Instant now) {
        fact.scope().at(target).ifPresent(scope -> {
            Instant reload = reloadAfter(scope, fact);
            SharedCooldowns shared = cooldownsOf(scope).with(reload == null ? fact : fact.endingBy(reload));
            cooldowns.put(scope, shared);
            if (fact.since().isAfter(shared.answered())) {
                adopt(scope, shared, target, now);
            } else if (fact.until().isAfter(now)) {
                unpublished.add(new Fact.Answered(fact.callTarget(), Set.of(fact.scope()), shared.answered()));
            }
        });
    }

    /// The reload of a key after the cooldown `seen`, which makes the key count as new; null for none.
    private @Nullable Instant reloadAfter(Scope scope, Fact.CooledDown seen) {
        Instant reload = scope instanceof Scope.OfKey(var slot) ? reloads.get(slot) : null;
        return reload == null || seen.since().isAfter(reload) ? null : reload;
    }

    /// A call of any gateway, begun at `begun`, was answered, which disproves an older cooldown of `scope`.
    private void disprove(Scope scope, Target target, Instant begun, Instant now) {
        SharedCooldowns before = cooldownsOf(scope);
        if (!begun.isAfter(before.answered())) {
            return;
        }
        SharedCooldowns shared = before.answered(begun);
        cooldowns.put(scope, shared);
        if (scope instanceof Scope.OfProvider) {
            ModelHealth health =
                    pools.getOrCreate(target.provider(), target.model()).health();
            if (!health.isThrottled()) {
                health.expireProviderCooldown(begun, now);
            }
        } else {
            adopt(scope, shared, target, now);
        }
    }

    private void adopt(Scope scope, SharedCooldowns shared, Target target, Instant now) {
        ModelPool pool = pools.getOrCreate(target.provider(), target.model());
        if (!pool.health().adopt(scope, shared)) {
            return;
        }
        for (ModelPool each : pools.concernedBy(scope, pool)) {
            each.groupChanged(target.key().group());
            each.parkIfCooling(target.key().slot(), now);
            each.unparkReverted(now);
        }
    }

    private void expire(Instant now) {
        calls.expired(now).forEach((id, attempt) -> {
            Fact.CallTarget callTarget = callTarget(attempt.target());
            long spent = attempt.estimatedTokens();
            Instant begun = attempt.startedAt();
            end(new Fact.Ended(id, callTarget, Fact.End.FAILED, spent, RateLimitStatus.UNKNOWN, begun), attempt, now);
        });
    }

    private void end(Fact.Ended fact, Step.Attempt known, Instant now) {
        Step.Attempt attempt = registry.current(known);
        if (attempt == null) {
            return;
        }
        ModelPool pool =
                pools.learned(attempt.target().provider(), attempt.target().model());
        pool.health().endProbes(attempt);
        QuotaGroup group = attempt.target().key().group();
        pool.admission(group).endedElsewhere(attempt, fact, now);
        pool.groupChanged(group);
    }

    /// Applies a fact, or decides a claim of this gateway whose entry was read. Facts about unknown keys, and about
    /// single models that are not in use here, are ignored, except those of [#isLimitOfServedModel]. But the end
    /// of a known call ends the probes of that call, even if its model was evicted.
    void learn(Fact.OfKey fact, OutcomeRecorder recorder, Instant now) {
        if (fact instanceof Fact.Called called && called.id().gateway().isEmpty()) {
            calls.decideClaim(called.id(), pools, registry, now);
            return;
        }
        Fact.CallTarget callTarget = fact.callTarget();
        PoolKey key = registry.key(callTarget.provider(), callTarget.fingerprint());
        if (key == null) {
            if (fact instanceof Fact.Ended ended) {
                calls.ended(ended, now);
            }
            return;
        }
        ModelPool inUse = isLimitOfServedModel(fact, now)
                ? pools.learned(callTarget.provider(), callTarget.model())
                : pools.inUse(callTarget.provider(), callTarget.model());
        ModelPool any = inUse == null ? pools.ofDefaultModel(callTarget.provider()) : inUse;
        Target target = any.target(key);
        Predicate<Scope.Kind> isKnown = kind -> inUse != null || OF_ALL_MODELS.contains(kind);
        switch (fact) {
            case Fact.CooledDown cooledDown -> {
                if (cooledDown.scope() == Scope.Kind.PROVIDER) {
                    suspectOutage(cooledDown, any, recorder, now);
                } else if (isKnown.test(cooledDown.scope())) {
                    cooledDownElsewhere(cooledDown, target, now);
                }
            }
            case Fact.Answered answered ->
                answered.disproved().stream()
                        .filter(isKnown)
                        .flatMap(kind -> kind.at(target).stream())
                        .forEach(scope -> disprove(scope, target, answered.begun(), now));
            case Fact.OneGroup(var _, var other) -> {
                PoolKey same = registry.key(callTarget.provider(), other);
                if (same != null && !same.group().equals(key.group())) {
                    recorder.merge(quotaGroups.join(key.group(), same.group()), now);
                }
            }
            case Fact.Called called -> {
                if (inUse != null) {
                    expire(now);
                    calls.began(called, key, inUse, registry, now);
                }
            }
            case Fact.Ended ended -> {
                Step.Attempt known = calls.ended(ended, now);
                if (known != null) {
                    end(ended, known, now);
                } else if (inUse != null) {
                    end(ended, new Step.Attempt(target, Set.of(), ended.begun(), 0, registry.generation()), now);
                }
            }
        }
    }

    /// Whether a fact is a cooldown of a single model that still holds, or a bucket that is empty, and the provider
    /// probably serves the model. Without it, the next request for the model would call a key at its limit. Models
    /// that the provider does not have are excluded, because clients choose their names.
    private static boolean isLimitOfServedModel(Fact.OfKey fact, Instant now) {
        return switch (fact) {
            case Fact.CooledDown cooled ->
                !OF_ALL_MODELS.contains(cooled.scope())
                        && cooled.reason() != Failure.Kind.MODEL_UNAVAILABLE
                        && cooled.until().isAfter(now);
            case Fact.Ended ended ->
                ended.end() == Fact.End.ANSWERED && ended.rateLimitStatus().hasEmptyBucket();
            case Fact.Answered _, Fact.Called _, Fact.OneGroup _ -> false;
        };
    }

    private void suspectOutage(Fact.CooledDown outage, ModelPool pool, OutcomeRecorder recorder, Instant now) {
        Instant answered = recorder.lastAnswered(outage.callTarget().provider());
        if (!outage.since().isAfter(answered)) {
            unpublished.add(new Fact.Answered(outage.callTarget(), Set.of(Scope.Kind.PROVIDER), answered));
        } else if (outage.reason() != Failure.Kind.RATE_LIMITED) {
            pool.health().suspectOutage(outage, now);
        }
    }
}
