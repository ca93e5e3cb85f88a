package io.keywheel.domain.rotation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.registry.KeyRegistry;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.rotation.ModelPool.LastResort;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.routing.VirtualModels;
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
/// Not thread-safe: the caller must hold a lock. Time is an argument and should not run backwards; a step back
/// only lengthens cooldowns.
///
/// Choosing and reporting take O(log n) for n keys, and one more step for each key that the request has tried. Each
/// key under a probe costs a step, too, unless a rate limit caused its cooldown. An answer that ends a cooldown early
/// checks each cooling key. The keys of a group at its limit are checked once, not at each report.
///
/// [#unavailability] takes O(n), the first time after a report for each request size; [#status] also for each model.
public final class KeyPool implements KeySelector {

    private final Route auto;
    private final RouteTurns turns;
    private final ModelPools pools;
    private final QuotaGroups quotaGroups;
    private final KeyRegistry registry;
    private final KeyStatistics statistics;
    private final Affinity affinity;
    private final OutcomeRecorder recorder;
    private final PoolInspector inspector;

    /// Null if no other gateway shares the keys.
    private final @Nullable PoolSharing sharing;

    /// @param providers at least one, in rotation order
    /// @param virtual the models that the settings name; the state of their targets is never evicted
    /// @param shared whether other gateways use the same keys
    public KeyPool(List<ProviderProfile> providers, VirtualModels virtual, boolean shared) {
        this(providers, virtual, shared ? new SharedCalls() : null, new QuotaGroups(providers), null, Set.of());
    }

    private KeyPool(
            List<ProviderProfile> providers,
            VirtualModels virtual,
            @Nullable SharedCalls calls,
            QuotaGroups quotaGroups,
            @Nullable KeyRegistry before,
            Set<ProviderId> replaced) {
        this.auto = virtual.auto();
        this.quotaGroups = quotaGroups;
        this.registry = new KeyRegistry(providers, quotaGroups, before, replaced);
        this.statistics = new KeyStatistics();
        this.pools = new ModelPools(providers, virtual.targets().keySet(), quotaGroups, registry.generation());
        this.turns = new RouteTurns(providers.stream().map(ProviderProfile::id).toList(), pools);
        this.affinity = new Affinity(quotaGroups, turns, pools);
        this.sharing = calls == null ? null : new PoolSharing(pools, quotaGroups, registry, calls);
        this.recorder = new OutcomeRecorder(pools, quotaGroups, registry, statistics, sharing);
        this.inspector = new PoolInspector(providers, pools, quotaGroups, statistics);
    }

    /// Creates the key pool that replaces this one, which must not be used any more. Keys that remain, by
    /// provider and fingerprint, keep their state, but retired keys may be tried again. If the providers or their
    /// order changed, rotation restarts at the first provider.
    ///
    /// Attempts of this key pool are reported to the next one. A report on a removed key only ends its call at
    /// other gateways.
    ///
    /// @param providers at least one, in rotation order
    /// @param replaced providers that are others now under the same name: the state of their keys is dropped
    public KeyPool next(List<ProviderProfile> providers, VirtualModels virtual, Set<ProviderId> replaced, Instant now) {
        Predicate<ProviderId> kept = provider -> pools.has(provider) && !replaced.contains(provider);
        QuotaGroups groups = quotaGroups.next(providers, kept);
        var next =
                new KeyPool(providers, virtual, sharing == null ? null : sharing.calls(), groups, registry, replaced);
        var migration = new PoolMigration(registry, quotaGroups, providers, groups, kept, now);
        next.statistics.inherit(statistics, migration);
        next.pools.inherit(pools, migration);
        next.turns.inherit(turns);
        next.affinity.inherit(affinity, migration);
        next.recorder.inherit(recorder, migration);
        if (next.sharing != null && sharing != null) {
            next.sharing.inherit(sharing, migration);
        }
        return next;
    }

    /// If no key is ready, tries each [ModelPool.LastResort] in turn; limited keys only if the request may wait.
    @Override
    public Selection choose(RequestAttempts request, Instant now) {
        RequestAttempts requestAttempts = registry.current(request);
        Affinity.Preferred preferred = affinity.preferred(requestAttempts, now);
        RouteTarget first = preferred == null ? null : preferred.target();
        List<RouteTarget> candidates = turns.candidates(requestAttempts, first);
        Selection chosen = choose(requestAttempts, candidates, preferred, LastResort.NONE, now);
        if (chosen instanceof NoneReady) {
            chosen = choose(requestAttempts, candidates, null, LastResort.PROBE_UNCONFIRMED, now);
        }
        if (chosen instanceof NoneReady none && requestAttempts.mayRetryLimitedKeys()) {
            Selection again = choose(requestAttempts, candidates, null, LastResort.RETRY_LIMITED_KEYS, now);
            chosen = again instanceof NoneReady other ? none.or(other) : again;
        }
        if (chosen instanceof Step.Attempt attempt) {
            turns.useTurns(requestAttempts, target(attempt));
            affinity.count(requestAttempts, pools.of(attempt), attempt, 1);
            inspector.changed(attempt.target().provider());
        }
        return chosen;
    }

    private static RouteTarget target(Step.Attempt attempt) {
        Target target = attempt.target();
        return new RouteTarget(target.provider(), target.defaultModel() ? null : target.model());
    }

    /// As [KeyRegistry#current]. Drops what was cached about the provider of the attempt.
    private Step.@Nullable Attempt currentToChange(Step.Attempt reported) {
        inspector.changed(reported.target().provider());
        return registry.current(reported);
    }

    private Selection choose(
            RequestAttempts requestAttempts,
            List<RouteTarget> candidates,
            Affinity.@Nullable Preferred preferred,
            LastResort lastResort,
            Instant now) {
        var noneReady = new NoneReady(null, null);
        for (RouteTarget candidate : candidates) {
            boolean defaultModel = candidate.model() == null;
            if (preferred != null && candidate.equals(preferred.target())) {
                return pools.of(candidate).take(preferred.key(), requestAttempts, defaultModel, false, now);
            }
            switch (pools.of(candidate).choose(requestAttempts, defaultModel, lastResort, now)) {
                case Step.Attempt chosen -> {
                    return chosen;
                }
                case NoneReady none -> noneReady = noneReady.or(none);
            }
        }
        return noneReady;
    }

    /// Whether the attempt `decided` may still be made: its key has not cooled down since, and the deadline has not
    /// passed.
    boolean isOpen(Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        Step.Attempt attempt = registry.current(decided);
        return attempt != null
                && pools.of(attempt).health().isOpen(attempt, registry.current(requestAttempts), now)
                && now.isBefore(requestAttempts.terms().deadline());
    }

    /// Begins at `now` the attempt that was `decided` earlier and is still open.
    Step.Attempt begin(Step.Attempt decided, Instant now) {
        Step.Attempt attempt = Objects.requireNonNull(currentToChange(decided));
        ModelPool modelPool = pools.of(attempt);
        modelPool.health().postponeProbes(attempt, now);
        modelPool.admission(attempt.target().key().group()).postpone(attempt, now);
        modelPool.groupChanged(attempt.target().key().group());
        return attempt.begunAt(now);
    }

    /// Begins the attempt that was `decided` earlier. If it may not be made any more, withdraws it and returns null. A
    /// claimed attempt may not if another gateway was first, as far as the shared log has been read.
    ///
    /// @param claim the fact about a claimed attempt, which must begin here; null for another attempt
    public Step.@Nullable Attempt beginIfOpen(
            Fact.@Nullable Called claim, Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        boolean isFirst = claim == null || sharing == null || sharing.calls().endClaim(claim.id());
        if (isFirst && isOpen(decided, requestAttempts, now)) {
            return begin(decided, now);
        }
        withdrawClaimed(claim, decided, requestAttempts, now);
        return null;
    }

    @Override
    public void withdraw(Step.Attempt decided, RequestAttempts request, Instant now) {
        RequestAttempts requestAttempts = registry.current(request);
        Step.Attempt attempt = currentToChange(decided);
        if (attempt == null) {
            return;
        }
        var target = attempt.target();
        ModelPool modelPool = pools.of(attempt);
        modelPool.endProbes(attempt);
        modelPool.admission(target.key().group()).withdrawn(attempt, now);
        modelPool.groupChanged(target.key().group());
        modelPool.returnTurn(target.key().slot(), requestAttempts.atStart());
        affinity.count(requestAttempts, modelPool, attempt, -1);
        turns.returnTurns(requestAttempts, target(attempt));
    }

    /// Reports that the answer to `begun` has begun, which ends older cooldowns of its scopes.
    public List<PoolEvent> answering(Step.Attempt begun, Instant now) {
        Step.Attempt attempt = currentToChange(begun);
        return attempt == null ? List.of() : recorder.answering(attempt, now);
    }

    /// Reports that `begun` has ended with an answer.
    ///
    /// @param call the fact about the attempt, as [#called] returned it
    /// @param rateLimitStatus the remaining quota by the provider's report: it blocks the quota group for
    ///     requests that need more
    /// @param spent the tokens spent, as far as is known: the rest of the estimate returns to the bucket
    public List<PoolEvent> answered(
            Step.Attempt begun, Fact.@Nullable Called call, RateLimitStatus rateLimitStatus, long spent, Instant now) {
        Step.Attempt attempt = currentToChange(begun);
        if (attempt == null) {
            publishEndOfRemoved(call, begun, Fact.End.ANSWERED);
            return List.of();
        }
        long known = spent(attempt, spent);
        List<PoolEvent> poolEvents = recorder.answered(attempt, rateLimitStatus, known, now);
        publishEnd(call, attempt, Fact.End.ANSWERED, known, rateLimitStatus);
        return poolEvents;
    }

    /// Until `until`, first attempts of the conversation prefer the quota group of `attempt`, which has answered it.
    ///
    /// @param conversation as in [RequestAttempts]
    public void preferGroup(long conversation, Step.Attempt attempt, Instant until) {
        Step.Attempt answered = conversation == 0 ? null : registry.current(attempt);
        if (answered != null) {
            affinity.prefer(conversation, answered.target(), until);
        }
    }

    /// Reports that `begun` has failed, which may begin a cooldown of the failure's scope.
    ///
    /// @param call the fact about the attempt, as [#called] returned it
    /// @param spent the tokens spent, as far as is known; ignored if the provider refused the attempt
    /// @param chance in [0, 1), the random value for the jitter of an outage's cooldown
    public List<PoolEvent> failed(
            Step.Attempt begun, Fact.@Nullable Called call, Failure failure, long spent, Instant now, double chance) {
        Step.Attempt attempt = currentToChange(begun);
        if (attempt == null) {
            publishEndOfRemoved(call, begun, Fact.End.FAILED);
            return List.of();
        }
        long known = spent(attempt, spent);
        List<PoolEvent> poolEvents = recorder.failed(attempt, failure, known, now, chance);
        RateLimitStatus limits =
                failure instanceof Failure.RateLimited limited ? limited.status() : RateLimitStatus.UNKNOWN;
        publishEnd(call, attempt, Fact.End.of(failure), known, limits);
        return poolEvents;
    }

    /// The fact to publish before an attempt is made; null for none.
    ///
    /// @param probeTimeout how long other gateways wait for the outcome of its probe
    public Fact.@Nullable Called called(Step.Attempt attempt, Duration probeTimeout, Instant now) {
        return sharing == null ? null : sharing.called(attempt, probeTimeout, now);
    }

    /// As [#withdraw], and ends the claim, if any.
    public void withdrawClaimed(
            Fact.@Nullable Called claim, Step.Attempt decided, RequestAttempts requestAttempts, Instant now) {
        withdraw(decided, requestAttempts, now);
        if (claim != null && sharing != null) {
            sharing.calls().endClaim(claim.id());
            sharing.ended(claim, decided, Fact.End.WITHDRAWN, 0, RateLimitStatus.UNKNOWN);
        }
    }

    /// The end of a call with a removed key, which other gateways may still have. It counts as having spent its whole
    /// estimate. Its quota and its limit are not published: by now, another key may have its name.
    private void publishEndOfRemoved(Fact.@Nullable Called call, Step.Attempt begun, Fact.End end) {
        publishEnd(call, begun, end, begun.estimatedTokens(), RateLimitStatus.UNKNOWN);
    }

    private void publishEnd(
            Fact.@Nullable Called call, Step.Attempt attempt, Fact.End end, long spent, RateLimitStatus limits) {
        if (sharing != null) {
            sharing.ended(call, attempt, end, spent, limits);
        }
    }

    /// The tokens that an attempt spent: the whole estimate if the provider keeps its reservation.
    private long spent(Step.Attempt attempt, long used) {
        boolean isKept = pools.of(attempt).profile().mostReservedPerAnswer() > 0;
        return isKept ? attempt.estimatedTokens() : RateLimitStatus.bounded(used);
    }

    /// Takes the facts to publish.
    public List<Fact> unpublished() {
        return sharing == null ? List.of() : sharing.takeUnpublished();
    }

    /// Adds to the facts of [#unpublished] what still holds, because the shared log has lost it.
    public void repeat(Instant now) {
        if (sharing != null) {
            sharing.repeat(now);
        }
    }

    /// Applies facts of other gateways, and claims of this one, in the order of the shared log.
    public void learn(List<Fact> facts, Instant now) {
        if (sharing == null) {
            return;
        }
        for (Fact fact : facts) {
            if (fact instanceof Fact.OfKey ofKey) {
                inspector.changed(ofKey.callTarget().provider());
                sharing.learn(ofKey, recorder, now);
            }
        }
    }

    @Override
    public List<ProviderProfile> providers(RequestAttempts request) {
        return turns.candidates(registry.current(request), null).stream()
                .map(target -> pools.ofDefaultModel(target.provider()).profile())
                .toList();
    }

    @Override
    public Unavailability unavailability(RequestAttempts request, Instant now) {
        RequestAttempts requestAttempts = registry.current(request);
        List<ModelPool> modelPools = turns.candidates(requestAttempts, null).stream()
                .map(pools::of)
                .distinct()
                .toList();
        return inspector.unavailability(requestAttempts, modelPools, now);
    }

    /// Takes O(keys × models).
    ///
    /// @param offset added to an instant to get the wall-clock time
    /// @param withModels if false, `known` and `models` of the keys are empty
    public PoolStatus status(Instant now, Duration offset, boolean withModels) {
        var request = RequestAttempts.begin(auto, new RequestTerms(true, 0, now, now), TokenEstimate.of(0));
        return inspector.status(now, offset, request, turns.candidates(request, null), withModels);
    }
}
