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

/// What is known: one fact for each thing in trouble, as docs/rotation.md tells it and with nothing clever
/// about it.
final class ReferenceModel {

    private final Coverage coverage;
    private final Organisations organisations;
    private final Map<Scope, Fact> facts = new HashMap<>();
    private final Map<Scope, ReferenceAdmission> referenceAdmissions = new HashMap<>();
    private final Map<ProviderId, Suspicion> suspicions = new HashMap<>();
    private final Map<ProviderId, Instant> answered = new HashMap<>();
    private final Map<Scope, Instant> lastRests = new HashMap<>();
    private final Map<Scope, Instant> takenBack = new HashMap<>();
    private int changes;

    ReferenceModel(List<ProviderProfile> pool, Coverage coverage) {
        this.organisations = new Organisations(pool);
        this.coverage = coverage;
    }

    /// How often anything changed.
    int changes() {
        return changes;
    }

    List<Scope> narrow(PoolKey key, ModelId model) {
        QuotaGroup group = organisations.current(key.group());
        return List.of(new Scope.OfKey(key.slot()), new Scope.OfGroup(group), new Scope.OfGroupModel(group, model));
    }

    static List<Scope> wide(ProviderId provider, ModelId model) {
        return List.of(new Scope.OfProvider(provider), new Scope.OfModel(provider, model));
    }

    /// The trials of an attempt that may have begun before its group was merged.
    Set<Scope> trials(Step.Attempt attempt) {
        return attempt.probes().stream().map(organisations::current).collect(Collectors.toSet());
    }

    static boolean isWide(Scope scope) {
        return scope instanceof Scope.OfProvider || scope instanceof Scope.OfModel;
    }

    /// The table of docs/rotation.md, its column "out of turn".
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

    /// Whether any of them has rested until later than `last`, whatever is known of it now.
    boolean hasRestedSince(Instant last, List<Scope> scopes) {
        return scopes.stream()
                .anyMatch(scope -> lastRests.getOrDefault(scope, Instant.MIN).isAfter(last));
    }

    /// Whether the rest of any of them until `until` was a mistake.
    boolean isTakenBack(List<Scope> scopes, Instant until) {
        return scopes.stream().anyMatch(scope -> until.equals(takenBack.get(scope)));
    }

    /// Whether any of them has just gone out of turn.
    boolean hasJustBegun(List<Scope> scopes, Instant now) {
        return scopes.stream()
                .map(facts::get)
                .anyMatch(fact -> fact != null && fact.since().equals(now));
    }

    /// Until when a trial keeps everybody else away.
    @Nullable
    Instant triedUntil(List<Scope> scopes, Instant now) {
        Instant latest = null;
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            Instant until = fact == null ? null : fact.triedUntil();
            if (until != null && now.isBefore(until)) {
                latest = later(latest, until);
            }
        }
        return latest;
    }

    /// Until when `key` is kept from a call of `need` by what it met itself, or else by too little being left.
    @Nullable
    Instant narrowlyCoolsUntil(PoolKey key, ModelId model, long need, Instant now) {
        List<Scope> narrow = narrow(key, model);
        Instant rests = coolsUntil(narrow, now);
        return rests != null || !toBeTried(narrow, false, now).isEmpty()
                ? rests
                : crowd(key, model).enoughFrom(need, now);
    }

    /// Until when more than a suspicion keeps everybody away.
    @Nullable
    Instant surelyCoolsUntil(List<Scope> scopes, Instant now) {
        Instant latest = null;
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            if (fact != null && fact.cools(now) && !fact.isSuspicion()) {
                latest = later(latest, fact.until());
            }
        }
        return latest;
    }

    /// What is in want of a trial.
    ///
    /// @param early whether mere suspicions are, too
    Set<Scope> toBeTried(List<Scope> scopes, boolean early, Instant now) {
        var open = new HashSet<Scope>();
        for (Scope scope : scopes) {
            Fact fact = facts.get(scope);
            if (fact != null && !fact.hasLetIn(now) && (!fact.cools(now) || (early && fact.isSuspicion()))) {
                open.add(scope);
            }
        }
        return open;
    }

    void asks(Asked asked) {
        for (Scope scope : trials(asked.attempt)) {
            changes++;
            facts.computeIfPresent(scope, (_, fact) -> fact.onTrialBy(asked));
        }
        crowd(asked).join(asked);
    }

    void answering(Asked asked, Instant now) {
        crowd(asked).answering(asked, now);
        endTrials(asked);
        forget(narrow(asked.key(), asked.attempt.target().model()), asked);
        forget(wide(asked.key().provider(), asked.attempt.target().model()), asked);
        answered.merge(asked.key().provider(), asked.begun(), ReferenceModel::laterOf);
        suspicion(asked).answered(asked.begun());
    }

    void answered(Asked asked, RateLimitStatus rateLimitStatus, Instant now) {
        answering(asked, now);
        ReferenceAdmission referenceAdmission = crowd(asked);
        referenceAdmission.tells(asked, rateLimitStatus, now);
    }

    void failed(Asked asked, Failure failure, Instant now, double chance) {
        if (failure instanceof Failure.RateLimited limited && limited.organisation() != null) {
            learnOrganisation(asked, limited.organisation(), now);
        }
        endTrials(asked);
        changes++;
        crowd(asked).leave(asked, now);
        boolean nobodys = failure instanceof Failure.RateLimited limited
                && !Pauses.isShown(limited, asked.attempt.estimatedTokens());
        if (nobodys && isThrottled(asked.key().provider())) {
            throttles(asked, failure, now, chance);
            return;
        }
        if (failure instanceof Failure.RateLimited limited) {
            crowd(asked).limited(asked, now);
            crowd(asked).tells(asked, limited.status(), now);
        }
        ProviderId provider = asked.key().provider();
        if (showsThatTheProviderIsThere(failure.kind())) {
            forget(List.of(new Scope.OfProvider(provider)), asked);
        }
        Scope scope = currentScope(failure, asked.attempt.target());
        boolean disproved = scope instanceof Scope.OfProvider
                && answered.getOrDefault(provider, Instant.MIN).isAfter(asked.attempt.startedAt());
        if (scope != null && !disproved) {
            Fact before = facts.get(scope);
            int again = again(before, scope, failure.kind(), asked, now);
            Instant until = now.plus(Pauses.after(failure, asked.attempt.estimatedTokens(), again, chance));
            Fact after = learn(scope, new Fact(failure.kind(), now, until, again, Pauses.mayPass(failure)));
            if (nobodys && !answered.getOrDefault(provider, Instant.MIN).isAfter(asked.begun())) {
                var blame = new Suspicion.Blame(scope, before, after);
                suspicion(asked).limited(organisations.current(asked.key().group()), blame, asked.begun(), now);
                if (suspicion(asked).isSure(organisations.count(provider))) {
                    suspicion(asked).clear().forEach(this::takeBack);
                    throttles(asked, failure, now, chance);
                }
            }
        }
    }

    private Suspicion suspicion(Asked asked) {
        return suspicions.computeIfAbsent(asked.key().provider(), _ -> new Suspicion());
    }

    private boolean isThrottled(ProviderId provider) {
        Fact fact = facts.get(new Scope.OfProvider(provider));
        return fact != null && fact.kind() == Failure.Kind.RATE_LIMITED;
    }

    /// The provider limits this host, and not its keys.
    private void throttles(Asked asked, Failure failure, Instant now, double chance) {
        coverage.saw(Sight.THROTTLING);
        Scope scope = new Scope.OfProvider(asked.key().provider());
        int again = again(facts.get(scope), scope, failure.kind(), asked, now);
        Failure outage = Pauses.asOutage(failure);
        Instant until = now.plus(Pauses.after(outage, 0, again, chance));
        learn(scope, new Fact(failure.kind(), now, until, again, Pauses.mayPass(outage)));
    }

    /// Unless something has come of it since.
    private void takeBack(Suspicion.Blame blame) {
        if (blame.after().equals(blame.before()) || !blame.after().equals(facts.get(blame.scope()))) {
            return;
        }
        coverage.saw(Sight.TAKING_BACK);
        takenBack.put(blame.scope(), blame.after().until());
        if (blame.before() == null) {
            facts.remove(blame.scope());
        } else {
            facts.put(blame.scope(), blame.before().untried());
        }
    }

    private @Nullable Scope currentScope(Failure failure, Target target) {
        Scope scope = scope(failure, target);
        return scope == null ? null : organisations.current(scope);
    }

    private void endTrials(Asked asked) {
        facts.replaceAll((_, fact) -> fact.endTrialBy(asked));
    }

    /// What was known of either is known of both.
    private void learnOrganisation(Asked asked, String name, Instant now) {
        Organisations.Merger merger = organisations.isOf(asked.key().group(), name);
        if (merger == null) {
            return;
        }
        coverage.saw(Sight.MERGER);
        suspicions.remove(asked.key().provider());
        changes++;
        join(facts, merger, Fact::joinedBy);
        join(lastRests, merger, ReferenceModel::laterOf);
        join(referenceAdmissions, merger, (referenceAdmission, other) -> referenceAdmission.joinedBy(other, now));
    }

    private static <T> void join(Map<Scope, T> known, Organisations.Merger merger, BinaryOperator<T> joined) {
        for (Scope scope : List.copyOf(known.keySet())) {
            Scope into = switch (scope) {
                case Scope.OfGroup(var group) when group.equals(merger.smaller()) -> new Scope.OfGroup(merger.larger());
                case Scope.OfGroupModel(var group, var model)
                when group.equals(merger.smaller()) -> new Scope.OfGroupModel(merger.larger(), model);
                default -> scope;
            };
            if (!into.equals(scope)) {
                known.merge(into, known.remove(scope), joined);
            }
        }
    }

    private int again(@Nullable Fact fact, Scope scope, Failure.Kind kind, Asked asked, Instant now) {
        if (fact == null || !isOneTrouble(fact.kind(), kind)) {
            return 0;
        }
        boolean cameBack = trials(asked.attempt).contains(scope) || !fact.cools(now);
        return cameBack && fact.wasKnownTo(asked) ? fact.again() + 1 : fact.again();
    }

    private static boolean isOneTrouble(Failure.Kind one, Failure.Kind other) {
        var outage = Set.of(Failure.Kind.UNAVAILABLE, Failure.Kind.TIMED_OUT);
        return one == other || (outage.contains(one) && outage.contains(other));
    }

    /// The later deadline wins.
    private Fact learn(Scope scope, Fact news) {
        changes++;
        lastRests.merge(scope, news.until(), ReferenceModel::laterOf);
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

    private static boolean showsThatTheProviderIsThere(Failure.Kind kind) {
        return switch (kind) {
            case RATE_LIMITED, KEY_REFUSED, ACCOUNT_BLOCKED, MODEL_UNAVAILABLE, TOO_LARGE, UNSUPPORTED, REJECTED ->
                true;
            case OVERLOADED, UNAVAILABLE, TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME -> false;
        };
    }

    ReferenceAdmission crowd(PoolKey key, ModelId model) {
        return referenceAdmissions.computeIfAbsent(
                new Scope.OfGroupModel(organisations.current(key.group()), model),
                _ -> new ReferenceAdmission(coverage));
    }

    private ReferenceAdmission crowd(Asked asked) {
        return crowd(asked.key(), asked.attempt.target().model());
    }

    static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null ? b : b == null ? a : laterOf(a, b);
    }

    private static Instant laterOf(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
