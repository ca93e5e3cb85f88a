package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmissionBlock;
import io.keywheel.domain.quota.AdmissionControl;
import io.keywheel.domain.registry.QuotaGroups;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The simplest model of docs/rotation.md: one failure for each scope that failed. What each failure means, which
/// groups are merged, and what a quota admits comes from the product, which has focused tests for each.
final class ReferenceModel {

    private final QuotaGroups quotaGroups;
    private final Map<Scope, KnownFailure> failures = new HashMap<>();
    private final Map<Scope, AdmissionControl> admission = new HashMap<>();
    private final Map<ProviderId, ThrottlingSigns> throttlingSigns = new HashMap<>();
    private final Map<ProviderId, Instant> answered = new HashMap<>();
    private int changes;

    ReferenceModel(List<ProviderProfile> pool) {
        this.quotaGroups = new QuotaGroups(pool);
    }

    /// The number of changes that may affect rotation.
    int changes() {
        return changes;
    }

    QuotaGroup group(PoolKey key) {
        return quotaGroups.current(key.group());
    }

    List<Scope> narrow(PoolKey key, ModelId model) {
        QuotaGroup group = group(key);
        return List.of(new Scope.OfKey(key.slot()), new Scope.OfGroup(group), new Scope.OfGroupModel(group, model));
    }

    static List<Scope> wide(ProviderId provider, ModelId model) {
        return List.of(new Scope.OfProvider(provider), new Scope.OfModel(provider, model));
    }

    /// The probed scopes of an attempt, mapped to merged groups.
    Set<Scope> probes(Step.Attempt attempt) {
        return attempt.probes().stream().map(this::current).collect(Collectors.toSet());
    }

    private Scope current(Scope scope) {
        return switch (scope) {
            case Scope.OfGroup(var group) -> new Scope.OfGroup(quotaGroups.current(group));
            case Scope.OfGroupModel(var group, var model) -> new Scope.OfGroupModel(quotaGroups.current(group), model);
            case Scope.OfKey _, Scope.OfModel _, Scope.OfProvider _ -> scope;
        };
    }

    @Nullable
    Instant coolsUntil(List<Scope> scopes, Instant now) {
        return latest(scopes, KnownFailure::until, now);
    }

    /// Until when cooldowns without early probes block requests.
    @Nullable
    Instant surelyCoolsUntil(List<Scope> scopes, Instant now) {
        return latest(scopes, known -> known.mayBeProbedEarly() ? null : known.until(), now);
    }

    /// Until when a probe blocks other requests.
    @Nullable
    Instant probedUntil(List<Scope> scopes, Instant now) {
        return latest(scopes, KnownFailure::probedUntil, now);
    }

    private @Nullable Instant latest(List<Scope> scopes, Function<KnownFailure, @Nullable Instant> end, Instant now) {
        Instant latest = null;
        for (Scope scope : scopes) {
            KnownFailure known = failures.get(scope);
            Instant until = known == null ? null : end.apply(known);
            if (until != null && now.isBefore(until)) {
                latest = later(latest, until);
            }
        }
        return latest;
    }

    /// Until when cooldowns of `key`, or else insufficient quota, block a call of `need` tokens.
    @Nullable
    Instant narrowlyCoolsUntil(PoolKey key, ModelId model, long need, Instant now) {
        Instant cools = coolsUntil(narrow(key, model), now);
        List<Scope> limit = List.of(new Scope.OfGroupModel(group(key), model));
        return cools != null || !toBeProbed(limit, false, now).isEmpty()
                ? cools
                : end(admission(key, model).quotaBlock(need, now));
    }

    /// Until when calls in flight of the group block a call of `need` tokens.
    @Nullable
    Instant fullUntil(PoolKey key, ModelId model, long need, Instant now) {
        return end(admission(key, model).inFlightBlock(need, now));
    }

    private static @Nullable Instant end(@Nullable AdmissionBlock block) {
        return block == null ? null : block.until();
    }

    /// The scopes of `key` that need a probe.
    ///
    /// @param early whether unconfirmed outages count
    Set<Scope> toBeProbed(PoolKey key, ModelId model, boolean early, Instant now) {
        var scopes = new ArrayList<>(narrow(key, model));
        scopes.addAll(wide(key.provider(), model));
        return toBeProbed(scopes, early, now);
    }

    private Set<Scope> toBeProbed(List<Scope> scopes, boolean early, Instant now) {
        var open = new HashSet<Scope>();
        for (Scope scope : scopes) {
            KnownFailure known = failures.get(scope);
            if (known != null
                    && !known.hasAccepted(now)
                    && (!known.cools(now) || (early && known.mayBeProbedEarly()))) {
                open.add(scope);
            }
        }
        return open;
    }

    void asks(SimulatedAttempt asked) {
        for (Scope scope : probes(asked.attempt)) {
            changes++;
            failures.computeIfPresent(scope, (_, known) -> known.probedBy(asked));
        }
        admission(asked).begin(asked.key(), asked.begun(), asked.attempt.estimatedTokens());
    }

    void answering(SimulatedAttempt asked, Instant now) {
        admission(asked).answering(asked.attempt, now);
        endProbes(asked);
        forget(narrow(asked.key(), asked.model()), asked);
        forget(wide(asked.provider(), asked.model()), asked);
        answered.merge(asked.provider(), asked.begun(), ReferenceModel::laterOf);
        signs(asked).answered(asked.begun());
    }

    void answered(SimulatedAttempt asked, RateLimitStatus rateLimitStatus, Instant now) {
        answering(asked, now);
        admission(asked).answered(asked.attempt, rateLimitStatus, asked.spent, now);
    }

    void failed(SimulatedAttempt asked, Failure reported, Instant now, double chance) {
        Failure failure = reported instanceof Failure.RateLimited limited
                ? limited.forRequestOf(asked.attempt.estimatedTokens())
                : reported;
        if (failure instanceof Failure.RateLimited limited && limited.organisation() != null) {
            mergeByOrganisation(asked, limited.organisation(), now);
        }
        endProbes(asked);
        changes++;
        admission(asked).failed(asked.attempt, asked.spent, now);
        boolean maybeOfHost = RequestAttempts.mayBeHostThrottling(failure);
        if (maybeOfHost && isThrottled(asked.provider())) {
            throttles(asked, failure, now, chance);
            return;
        }
        if (failure instanceof Failure.RateLimited limited) {
            admission(asked).limited(asked.attempt, limited.status(), now);
        }
        ProviderId provider = asked.provider();
        if (FailurePolicy.of(failure).provider() == FailurePolicy.Provider.REFUSED) {
            forget(List.of(new Scope.OfProvider(provider)), asked);
        }
        Scope scope =
                Scope.of(failure, asked.attempt.target()).map(this::current).orElse(null);
        boolean disproved = scope instanceof Scope.OfProvider
                && answered.getOrDefault(provider, Instant.MIN).isAfter(asked.attempt.startedAt());
        if (scope != null && !disproved) {
            KnownFailure before = failures.get(scope);
            if (before != null && isLate(before, failure, asked, now)) {
                return;
            }
            int again = again(before, scope, failure.kind(), asked, now);
            KnownFailure after = learn(scope, failure.kind(), failure, again, now, chance);
            if (maybeOfHost && !answered.getOrDefault(provider, Instant.MIN).isAfter(asked.begun())) {
                var change = new ThrottlingSigns.Change(scope, before, after);
                signs(asked).limited(group(asked.key()), change, asked.begun(), now);
                if (signs(asked).suffice(quotaGroups.count(provider))) {
                    signs(asked).clear().forEach(this::revert);
                    throttles(asked, failure, now, chance);
                }
            }
        }
    }

    private ThrottlingSigns signs(SimulatedAttempt asked) {
        return throttlingSigns.computeIfAbsent(asked.provider(), _ -> new ThrottlingSigns());
    }

    private boolean isThrottled(ProviderId provider) {
        KnownFailure known = failures.get(new Scope.OfProvider(provider));
        return known != null && known.kind() == Failure.Kind.RATE_LIMITED;
    }

    /// Records throttling of this host instead of its keys.
    private void throttles(SimulatedAttempt asked, Failure failure, Instant now, double chance) {
        Scope scope = new Scope.OfProvider(asked.provider());
        int again = again(failures.get(scope), scope, failure.kind(), asked, now);
        learn(scope, failure.kind(), new Failure.Unavailable("throttled", failure.retryAfter()), again, now, chance);
    }

    /// Restores the earlier failure, unless it has changed since.
    private void revert(ThrottlingSigns.Change change) {
        if (change.after().equals(change.before()) || !change.after().equals(failures.get(change.scope()))) {
            return;
        }
        if (change.before() == null) {
            failures.remove(change.scope());
        } else {
            failures.put(change.scope(), change.before().unprobed());
        }
    }

    private void endProbes(SimulatedAttempt asked) {
        failures.replaceAll((_, known) -> known.endProbeBy(asked));
    }

    /// Merges the failures and calls of both groups.
    private void mergeByOrganisation(SimulatedAttempt asked, String name, Instant now) {
        quotaGroups.assignOrganisation(group(asked.key()), name).ifPresent(_ -> {
            throttlingSigns.remove(asked.provider());
            changes++;
            merge(failures, KnownFailure::mergedWith);
            merge(admission, (one, other) -> {
                one.merge(other, now);
                return one;
            });
        });
    }

    private <T> void merge(Map<Scope, T> known, BinaryOperator<T> merged) {
        for (Scope scope : List.copyOf(known.keySet())) {
            Scope into = current(scope);
            if (!into.equals(scope)) {
                known.merge(into, known.remove(scope), merged);
            }
        }
    }

    private int again(
            @Nullable KnownFailure known, Scope scope, Failure.Kind kind, SimulatedAttempt asked, Instant now) {
        if (known == null || !isSameFailure(known.kind(), kind)) {
            return 0;
        }
        boolean cameBack = probes(asked.attempt).contains(scope) || !known.cools(now);
        return cameBack && known.wasKnownTo(asked) ? known.again() + 1 : known.again();
    }

    private static boolean isSameFailure(Failure.Kind one, Failure.Kind other) {
        var outage = Set.of(Failure.Kind.UNAVAILABLE, Failure.Kind.TIMED_OUT);
        return one == other || outage.containsAll(List.of(one, other));
    }

    /// Whether a call from before the cooldown sees the same outage or overload after it.
    private static boolean isLate(KnownFailure known, Failure failure, SimulatedAttempt asked, Instant now) {
        return isSameFailure(known.kind(), failure.kind())
                && Set.of(Failure.Kind.UNAVAILABLE, Failure.Kind.TIMED_OUT, Failure.Kind.OVERLOADED)
                        .contains(failure.kind())
                && failure.requestedPause().isEmpty()
                && !known.wasKnownTo(asked)
                && !known.cools(now);
    }

    /// Keeps the failure with the later deadline.
    ///
    /// @param cause the failure that determines the cooldown
    private KnownFailure learn(Scope scope, Failure.Kind kind, Failure cause, int again, Instant now, double chance) {
        Instant until = now.plus(FailurePolicy.pause(cause, again, chance));
        var news = new KnownFailure(kind, now, until, again, FailurePolicy.mayBeTransient(cause));
        changes++;
        return Objects.requireNonNull(failures.merge(scope, news, KnownFailure::or));
    }

    private void forget(List<Scope> scopes, SimulatedAttempt disprovedBy) {
        for (Scope scope : scopes) {
            KnownFailure known = failures.get(scope);
            if (known != null && known.wasKnownTo(disprovedBy)) {
                changes++;
                failures.remove(scope);
            }
        }
    }

    private AdmissionControl admission(PoolKey key, ModelId model) {
        return admission.computeIfAbsent(new Scope.OfGroupModel(group(key), model), _ -> new AdmissionControl());
    }

    private AdmissionControl admission(SimulatedAttempt asked) {
        return admission(asked.key(), asked.model());
    }

    static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null ? b : b == null ? a : laterOf(a, b);
    }

    private static Instant laterOf(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
