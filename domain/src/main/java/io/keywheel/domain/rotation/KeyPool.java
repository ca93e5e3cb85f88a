package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.registry.KeyRegistry;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.rotation.ModelPool.LastResort;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Chooses providers and keys in turn, and learns from the outcome of each attempt.
///
/// Mutable and not safe for threads: its holder guards it by a lock. Time is an argument and should not run backwards;
/// a step back only lengthens cooldowns.
///
/// Choosing and reporting take time in the order of log n for n keys. Some keys cost extra: those that the request has
/// tried, and those under a probe after another failure than a rate limit. After groups were merged or changed, an
/// answer that ends a cooldown looks at each cooling key. The keys of a full group are looked at once, not at each
/// report.
///
/// In the order of n are [#status] and a report on the probe of a key that has left. So is [#unavailability], the first
/// time after a report for each size of request.
public final class KeyPool implements KeySelector {

    private final RouteTurns turns;
    private final ModelPools pools;
    private final QuotaGroups quotaGroups;
    private final KeyRegistry registry;
    private final KeyStatistics statistics;
    private final Affinity affinity;
    private final OutcomeRecorder recorder;
    private final PoolInspector inspector;

    /// Null without other gateways.
    private final @Nullable PoolSharing sharing;

    /// @param providers at least one, in rotation order
    /// @param named the models that the settings name: they are never forgotten
    /// @param shared whether other gateways use its keys, too
    public KeyPool(List<ProviderProfile> providers, Set<RouteTarget> named, boolean shared) {
        this(providers, named, shared, new QuotaGroups(providers), null, Set.of());
    }

    private KeyPool(
            List<ProviderProfile> providers,
            Set<RouteTarget> named,
            boolean shared,
            QuotaGroups quotaGroups,
            @Nullable KeyRegistry before,
            Set<ProviderId> renewed) {
        this.quotaGroups = quotaGroups;
        this.registry = new KeyRegistry(providers, quotaGroups, before, renewed);
        this.statistics = new KeyStatistics();
        this.pools = new ModelPools(providers, named, quotaGroups, registry.generation());
        this.turns = new RouteTurns(ids(providers), pools);
        this.affinity = new Affinity(quotaGroups, turns, pools);
        this.sharing = shared ? new PoolSharing(pools, quotaGroups, registry) : null;
        this.recorder = new OutcomeRecorder(pools, quotaGroups, registry, statistics, sharing);
        this.inspector = new PoolInspector(providers, pools, quotaGroups, statistics);
    }

    private static List<ProviderId> ids(List<ProviderProfile> providers) {
        return providers.stream().map(ProviderProfile::id).toList();
    }

    /// Creates the key pool that replaces this one, which must not be used any more. Keys that are in both, by
    /// provider and fingerprint, keep what is known of them, but retired keys may be tried again. If the providers
    /// or their order have changed, turns begin anew with the first provider.
    ///
    /// Attempts of this key pool are reported to the next one. Reports on keys that have left are ignored.
    ///
    /// @param providers at least one, in rotation order
    /// @param named the models that the settings name
    /// @param renewed providers that have become others under the same name: none of their keys is kept
    public KeyPool next(List<ProviderProfile> providers, Set<RouteTarget> named, Set<ProviderId> renewed, Instant now) {
        Predicate<ProviderId> kept = provider -> pools.has(provider) && !renewed.contains(provider);
        QuotaGroups groups = quotaGroups.of(providers, kept);
        var next = new KeyPool(providers, named, sharing != null, groups, registry, renewed);
        next.inherit(this, new PoolMigration(registry, quotaGroups, providers, groups, kept, now));
        return next;
    }

    private void inherit(KeyPool before, PoolMigration poolMigration) {
        statistics.inherit(before.statistics, poolMigration);
        pools.inherit(before.pools, poolMigration);
        turns.inherit(before.turns);
        affinity.inherit(before.affinity, poolMigration);
        recorder.inherit(before.recorder, poolMigration);
        if (sharing != null && before.sharing != null) {
            sharing.inherit(before.sharing, poolMigration);
        }
    }

    /// A request without an alternative may probe an unconfirmed outage early; one that may wait may ask a key again
    /// that has limited it.
    @Override
    public KeySelection choose(RequestAttempts requestAttempts, Instant now) {
        Affinity.Preferred preferred = affinity.preferred(requestAttempts, now);
        RouteTarget first = preferred == null ? null : preferred.target();
        List<RouteTarget> candidates = turns.candidates(requestAttempts, first);
        KeySelection chosen = choose(requestAttempts, candidates, preferred, LastResort.NONE, now);
        if (chosen instanceof KeySelection.NoneReady) {
            chosen = choose(requestAttempts, candidates, null, LastResort.PROBE_UNCONFIRMED, now);
        }
        if (chosen instanceof KeySelection.NoneReady none && requestAttempts.mayAskAgain(now)) {
            KeySelection again = choose(requestAttempts, candidates, null, LastResort.ASK_AGAIN, now);
            chosen = again instanceof KeySelection.NoneReady other ? none.or(other) : again;
        }
        if (chosen instanceof Step.Attempt attempt) {
            turns.took(requestAttempts, target(attempt));
            affinity.count(requestAttempts, pools.of(attempt), attempt, 1);
            changed(attempt);
        }
        return chosen;
    }

    private static RouteTarget target(Step.Attempt attempt) {
        Target target = attempt.target();
        return new RouteTarget(target.provider(), target.defaultModel() ? null : target.model());
    }

    private void changed(Step.Attempt attempt) {
        inspector.changed(attempt.target().provider());
    }

    private KeySelection choose(
            RequestAttempts requestAttempts,
            List<RouteTarget> candidates,
            Affinity.@Nullable Preferred preferred,
            LastResort lastResort,
            Instant now) {
        var noneReady = new KeySelection.NoneReady(null, null);
        for (RouteTarget candidate : candidates) {
            boolean defaultModel = candidate.model() == null;
            if (preferred != null && candidate.equals(preferred.target())) {
                return pools.of(candidate).take(preferred.key(), requestAttempts, defaultModel, lastResort, now);
            }
            switch (pools.of(candidate).choose(requestAttempts, defaultModel, lastResort, now)) {
                case Step.Attempt chosen -> {
                    return chosen;
                }
                case KeySelection.NoneReady none -> noneReady = noneReady.or(none);
            }
        }
        return noneReady;
    }

    /// Whether an attempt, `decided` on for the request, may still be made: its key has not cooled down since.
    boolean isOpen(Step.Attempt decided, RequestAttempts requestAttempts) {
        Step.Attempt attempt = registry.current(decided);
        if (attempt == null) {
            return false;
        }
        return pools.of(attempt)
                .health()
                .isOpen(attempt.target().key(), attempt.probes(), attempt.startedAt(), requestAttempts);
    }

    /// An attempt, `decided` on a while ago and still open, as it is made at `now`.
    Step.Attempt begin(Step.Attempt decided, Instant now) {
        changed(decided);
        Step.Attempt attempt = Objects.requireNonNull(registry.current(decided));
        ModelPool modelPool = pools.of(attempt);
        modelPool.health().postponeProbes(attempt.probes(), attempt.startedAt(), now);
        modelPool.admission(attempt.target().key().group()).postpone(attempt, now);
        modelPool.groupChanged(attempt.target().key().group());
        return attempt.begunAt(now);
    }

    /// Begins an attempt that was `decided` on a while ago, or takes it back where it may not be made any more: null.
    public Step.@Nullable Attempt beginIfOpen(Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        if (mayBegin(decided, requestAttempts, now)) {
            return begin(decided, now);
        }
        withdraw(decided, requestAttempts, now);
        return null;
    }

    private boolean mayBegin(Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        return isOpen(decided, requestAttempts)
                && now.isBefore(requestAttempts.terms().deadline());
    }

    @Override
    public void withdraw(Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        changed(decided);
        Step.Attempt attempt = registry.current(decided);
        if (attempt == null) {
            recorder.left(decided);
            return;
        }
        var target = attempt.target();
        ModelPool modelPool = pools.of(attempt);
        modelPool.endProbes(attempt);
        modelPool.admission(target.key().group()).withdrawn(attempt, now);
        modelPool.groupChanged(target.key().group());
        modelPool.returnTurn(target.key().slot(), requestAttempts.atStart());
        affinity.count(requestAttempts, modelPool, attempt, -1);
        turns.gaveBack(requestAttempts, target(attempt));
    }

    /// Reports that `attempt` is being answered, which ends the older cooldowns that concern its key.
    public List<PoolEvent> answering(Step.Attempt attempt, Instant now) {
        changed(attempt);
        return recorder.answering(attempt, now);
    }

    /// Reports that `attempt` has been answered.
    ///
    /// @param rateLimitStatus what the provider says is left: a request that needs more is kept from the quota
    ///     group
    /// @param spent in tokens, as far as is known: what has been taken for it and was not spent comes back
    public List<PoolEvent> answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, long spent, Instant now) {
        changed(attempt);
        return recorder.answered(attempt, rateLimitStatus, spent(attempt, spent), now);
    }

    /// Until `until`, first attempts of the conversation prefer the quota group of `attempt`, which has answered it.
    ///
    /// @param conversation as in [RequestAttempts]
    public void keep(long conversation, Step.Attempt attempt, Instant until) {
        Step.Attempt answered = conversation == 0 ? null : registry.current(attempt);
        if (answered != null) {
            affinity.keep(conversation, answered.target(), until);
        }
    }

    /// Reports that `attempt` brought no answer. What the failure is evidence about is taken out of turn.
    ///
    /// @param spent in tokens, as far as is known; of one that the provider refused, nothing is
    /// @param chance in [0, 1), spreads the end of an outage's pause
    public List<PoolEvent> failed(Step.Attempt attempt, Failure failure, long spent, Instant now, double chance) {
        changed(attempt);
        return recorder.failed(attempt, failure, spent(attempt, spent), now, chance);
    }

    /// What other gateways should know of an attempt before it is made; null for nothing. If it is to be claimed, the
    /// attempt is made only by [#beginClaimed].
    ///
    /// @param probeLease how long others wait for its probe
    public Fact.@Nullable Called called(Step.Attempt attempt, Duration probeLease, Instant now) {
        return sharing == null ? null : sharing.called(attempt, probeLease, now);
    }

    /// As [#beginIfOpen], where no other gateway was first with the same, as far as is known.
    public Step.@Nullable Attempt beginClaimed(
            Fact.Called claim, Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        boolean isFirst = sharing == null || sharing.endClaim(claim.id());
        if (isFirst && mayBegin(decided, requestAttempts, now)) {
            return begin(decided, now);
        }
        withdrawClaimed(claim, decided, requestAttempts, now);
        return null;
    }

    /// Takes back an attempt that was to be claimed.
    public void withdrawClaimed(Fact.Called claim, Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        if (sharing != null) {
            sharing.endClaim(claim.id());
        }
        withdraw(decided, requestAttempts, now);
        publishEnd(claim, decided, Fact.End.WITHDRAWN, 0, RateLimitStatus.UNKNOWN);
    }

    /// Collects what other gateways should know of the end of an attempt, which has been reported.
    ///
    /// @param call as [#called] returned it
    public void publishEnd(
            Fact.@Nullable Called call, Step.Attempt attempt, Fact.End end, long spent, RateLimitStatus left) {
        if (sharing != null) {
            sharing.ended(call, attempt, end, spent(attempt, spent), left);
        }
    }

    /// What an attempt has spent: all that was reserved for it where its provider returns nothing.
    private long spent(Step.Attempt attempt, long used) {
        boolean isKept = pools.has(attempt.target().provider())
                && pools.of(attempt).profile().mostReservedPerAnswer() > 0;
        return isKept ? attempt.estimatedTokens() : RateLimitStatus.bounded(used);
    }

    /// What other gateways should know, since this was last called.
    public List<Fact> unpublished() {
        return sharing == null ? List.of() : sharing.takeUnpublished();
    }

    /// Takes in what other gateways published, and the own claims, in the order of the log.
    public void learn(List<Fact> facts, Instant now) {
        if (sharing == null) {
            return;
        }
        for (Fact fact : facts) {
            if (fact instanceof Fact.Called called && called.id().gateway().isEmpty()) {
                sharing.decideClaim(called.id(), now);
            } else if (fact instanceof Fact.OfKey ofKey
                    && pools.has(ofKey.asked().provider())) {
                inspector.changed(ofKey.asked().provider());
                sharing.learn(ofKey, recorder, now);
            }
        }
    }

    @Override
    public Unavailability unavailability(RequestAttempts requestAttempts, Instant now) {
        List<ModelPool> modelPools = turns.candidates(requestAttempts, null).stream()
                .map(pools::of)
                .distinct()
                .toList();
        return inspector.unavailability(requestAttempts, modelPools, now);
    }

    /// The whole pool at `now`. Takes time in the order of keys times models.
    ///
    /// @param offset by how much the clock that users read is ahead of that of `now`
    public PoolStatus status(Instant now, Duration offset) {
        return inspector.status(now, offset, turns.queue(), true);
    }

    /// The pool at `now` as far as the default models go: `known` and `models` of its keys are empty.
    public PoolStatus overview(Instant now, Duration offset) {
        return inspector.status(now, offset, turns.queue(), false);
    }
}
