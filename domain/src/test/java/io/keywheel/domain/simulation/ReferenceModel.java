package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.simulation.Coverage.Sight;
import io.keywheel.domain.simulation.RequestTrace.Asked;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The simplest model of docs/rotation.md: one fact for each scope that failed.
final class ReferenceModel {

    private final Coverage coverage;
    private final Organisations organisations;
    private final Map<Scope, Fact> facts = new HashMap<>();
    private final Map<Scope, ReferenceAdmission> inFlight = new HashMap<>();
    private final Map<ProviderId, ThrottlingSigns> throttlingSigns = new HashMap<>();
    private final Map<ProviderId, Instant> answered = new HashMap<>();
    private int changes;

    ReferenceModel(List<ProviderProfile> pool, Coverage coverage) {
        this.organisations = new Organisations(pool);
        this.coverage = coverage;
    }

    /// The number of changes that may affect rotation.
    int changes() {
        return changes;
    }

    QuotaGroup group(PoolKey key) {
        return organisations.current(key.group());
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
        return attempt.probes().stream().map(organisations::current).collect(Collectors.toSet());
    }

    static boolean isWide(Scope scope) {
        return scope instanceof Scope.OfProvider || scope instanceof Scope.OfModel;
    }

    /// The column "what cools down" of the table in docs/rotation.md.
    static @Nullable Scope scope(Failure failure, Target target) {
        return switch (failure.kind()) {
            case RATE_LIMITED, MODEL_UNAVAILABLE ->
                new Scope.OfGroupModel(target.key().group(), target.model());
            case OVERLOADED -> new Scope.OfModel(target.provider(), target.model());
            case KEY_REFUSED -> new Scope.OfKey(target.key().slot());
            case ACCOUNT_BLOCKED -> new Scope.OfGroup(target.key().group());
            case UNAVAILABLE, TIMED_OUT -> new Scope.OfProvider(target.provider());
            case EMPTY_REPLY, TOO_LARGE, UNSUPPORTED, REJECTED, INTERRUPTED, CANCELLED, OUT_OF_TIME -> null;
        };
    }

    @Nullable
    Instant coolsUntil(List<Scope> scopes, Instant now) {
        Instant latest = null;
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            if (fact != null && fact.cools(now)) {
                latest = later(latest, fact.until());
            }
        }
        return latest;
    }

    /// Until when a probe blocks other requests.
    @Nullable
    Instant probedUntil(List<Scope> scopes, Instant now) {
        Instant latest = null;
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            Instant until = fact == null ? null : fact.probedUntil();
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
                : inFlight(key, model).enoughFrom(need, now);
    }

    /// Until when cooldowns without early probes block requests.
    @Nullable
    Instant surelyCoolsUntil(List<Scope> scopes, Instant now) {
        Instant latest = null;
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            if (fact != null && fact.cools(now) && !fact.mayBeProbedEarly()) {
                latest = later(latest, fact.until());
            }
        }
        return latest;
    }

    /// The scopes that need a probe.
    ///
    /// @param early whether unconfirmed outages count
    Set<Scope> toBeProbed(List<Scope> scopes, boolean early, Instant now) {
        var open = new HashSet<Scope>();
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            if (fact != null && !fact.hasAccepted(now) && (!fact.cools(now) || (early && fact.mayBeProbedEarly()))) {
                open.add(scope);
            }
        }
        return open;
    }

    void asks(Asked asked) {
        for (Scope scope : probes(asked.attempt)) {
            changes++;
            facts.computeIfPresent(scope, (_, fact) -> fact.probedBy(asked));
        }
        inFlight(asked).join(asked);
    }

    void answering(Asked asked, Instant now) {
        inFlight(asked).answering(asked, now);
        endProbes(asked);
        forget(narrow(asked.key(), asked.attempt.target().model()), asked);
        forget(wide(asked.key().provider(), asked.attempt.target().model()), asked);
        answered.merge(asked.key().provider(), asked.begun(), ReferenceModel::laterOf);
        signs(asked).answered(asked.begun());
    }

    void answered(Asked asked, RateLimitStatus rateLimitStatus, Instant now) {
        answering(asked, now);
        inFlight(asked).reports(asked, rateLimitStatus, now);
    }

    void failed(Asked asked, Failure failure, Instant now, double chance) {
        if (failure instanceof Failure.RateLimited limited && limited.organisation() != null) {
            mergeByOrganisation(asked, limited.organisation(), now);
        }
        endProbes(asked);
        changes++;
        inFlight(asked).leave(asked, now);
        boolean maybeOfHost = failure instanceof Failure.RateLimited limited
                && !Pauses.isShown(limited, asked.attempt.estimatedTokens());
        if (maybeOfHost && isThrottled(asked.key().provider())) {
            throttles(asked, failure, now, chance);
            return;
        }
        if (failure instanceof Failure.RateLimited limited) {
            inFlight(asked).limited(asked, now);
            inFlight(asked).reports(asked, limited.status(), now);
        }
        ProviderId provider = asked.key().provider();
        if (showsThatTheProviderIsUp(failure.kind())) {
            forget(List.of(new Scope.OfProvider(provider)), asked);
        }
        Scope scope = currentScope(failure, asked.attempt.target());
        boolean disproved = scope instanceof Scope.OfProvider
                && answered.getOrDefault(provider, Instant.MIN).isAfter(asked.attempt.startedAt());
        if (scope != null && !disproved) {
            Fact before = facts.get(scope);
            int again = again(before, scope, failure.kind(), asked, now);
            Instant until = now.plus(Pauses.after(failure, asked.attempt.estimatedTokens(), again, chance));
            Fact after = learn(scope, new Fact(failure.kind(), now, until, again, Pauses.isUnconfirmed(failure)));
            if (maybeOfHost && !answered.getOrDefault(provider, Instant.MIN).isAfter(asked.begun())) {
                var change = new ThrottlingSigns.Change(scope, before, after);
                signs(asked).limited(organisations.current(asked.key().group()), change, asked.begun(), now);
                if (signs(asked).suffice(organisations.count(provider))) {
                    signs(asked).clear().forEach(this::revert);
                    throttles(asked, failure, now, chance);
                }
            }
        }
    }

    private ThrottlingSigns signs(Asked asked) {
        return throttlingSigns.computeIfAbsent(asked.key().provider(), _ -> new ThrottlingSigns());
    }

    private boolean isThrottled(ProviderId provider) {
        Fact fact = facts.get(new Scope.OfProvider(provider));
        return fact != null && fact.kind() == Failure.Kind.RATE_LIMITED;
    }

    /// Records throttling of this host instead of its keys.
    private void throttles(Asked asked, Failure failure, Instant now, double chance) {
        coverage.saw(Sight.HOST_THROTTLING);
        Scope scope = new Scope.OfProvider(asked.key().provider());
        int again = again(facts.get(scope), scope, failure.kind(), asked, now);
        Failure outage = Pauses.asOutage(failure);
        Instant until = now.plus(Pauses.after(outage, 0, again, chance));
        learn(scope, new Fact(failure.kind(), now, until, again, Pauses.isUnconfirmed(outage)));
    }

    /// Restores the earlier fact, unless it has changed since.
    private void revert(ThrottlingSigns.Change change) {
        if (change.after().equals(change.before()) || !change.after().equals(facts.get(change.scope()))) {
            return;
        }
        coverage.saw(Sight.COOLDOWN_REVERTED);
        if (change.before() == null) {
            facts.remove(change.scope());
        } else {
            facts.put(change.scope(), change.before().unprobed());
        }
    }

    private @Nullable Scope currentScope(Failure failure, Target target) {
        Scope scope = scope(failure, target);
        return scope == null ? null : organisations.current(scope);
    }

    private void endProbes(Asked asked) {
        facts.replaceAll((_, fact) -> fact.endProbeBy(asked));
    }

    /// Merges the facts and calls of both groups.
    private void mergeByOrganisation(Asked asked, String name, Instant now) {
        Organisations.Merger merger = organisations.isOf(asked.key().group(), name);
        if (merger == null) {
            return;
        }
        coverage.saw(Sight.MERGED_GROUPS);
        throttlingSigns.remove(asked.key().provider());
        changes++;
        merge(facts, merger, Fact::mergedWith);
        merge(inFlight, merger, (one, other) -> one.mergedWith(other, now));
    }

    private static <T> void merge(Map<Scope, T> known, Organisations.Merger merger, BinaryOperator<T> merged) {
        for (Scope scope : List.copyOf(known.keySet())) {
            Scope into = switch (scope) {
                case Scope.OfGroup(var group) when group.equals(merger.smaller()) -> new Scope.OfGroup(merger.larger());
                case Scope.OfGroupModel(var group, var model)
                when group.equals(merger.smaller()) -> new Scope.OfGroupModel(merger.larger(), model);
                default -> scope;
            };
            if (!into.equals(scope)) {
                known.merge(into, known.remove(scope), merged);
            }
        }
    }

    private int again(@Nullable Fact fact, Scope scope, Failure.Kind kind, Asked asked, Instant now) {
        if (fact == null || !isSameTrouble(fact.kind(), kind)) {
            return 0;
        }
        boolean cameBack = probes(asked.attempt).contains(scope) || !fact.cools(now);
        return cameBack && fact.wasKnownTo(asked) ? fact.again() + 1 : fact.again();
    }

    private static boolean isSameTrouble(Failure.Kind one, Failure.Kind other) {
        var outage = Set.of(Failure.Kind.UNAVAILABLE, Failure.Kind.TIMED_OUT);
        return one == other || (outage.contains(one) && outage.contains(other));
    }

    /// Keeps the fact with the later deadline.
    private Fact learn(Scope scope, Fact news) {
        changes++;
        return Objects.requireNonNull(facts.merge(scope, news, Fact::or));
    }

    private void forget(List<Scope> scopes, Asked disprovedBy) {
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            if (fact != null && fact.wasKnownTo(disprovedBy)) {
                changes++;
                facts.remove(scope);
            }
        }
    }

    private static boolean showsThatTheProviderIsUp(Failure.Kind kind) {
        return switch (kind) {
            case RATE_LIMITED, KEY_REFUSED, ACCOUNT_BLOCKED, MODEL_UNAVAILABLE, TOO_LARGE, UNSUPPORTED, REJECTED ->
                true;
            case OVERLOADED, UNAVAILABLE, TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME -> false;
        };
    }

    ReferenceAdmission inFlight(PoolKey key, ModelId model) {
        return inFlight.computeIfAbsent(
                new Scope.OfGroupModel(organisations.current(key.group()), model),
                _ -> new ReferenceAdmission(coverage));
    }

    private ReferenceAdmission inFlight(Asked asked) {
        return inFlight(asked.key(), asked.attempt.target().model());
    }

    static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null ? b : b == null ? a : laterOf(a, b);
    }

    private static Instant laterOf(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
