package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is known about one provider's keys as far as it concerns one model.
///
/// A key is held by the rests of five scopes. Three are narrow: the key, its quota group, the group for the
/// model; they take single keys out of turn. Two are wide: the provider, the provider for the model; they
/// take out all keys at once.
final class Memory {

    private final ModelId model;
    private final Groups groups;
    private final Scope ofProvider;
    private final Scope ofModel;
    private final Rests rests;

    Memory(ProviderId provider, ModelId model, Groups groups, Rests rests) {
        this.model = model;
        this.groups = groups;
        this.ofProvider = new Scope.OfProvider(provider);
        this.ofModel = new Scope.OfModel(provider, model);
        this.rests = rests;
    }

    Rests rests() {
        return rests;
    }

    Hold narrowHold(PoolKey key, Instant now) {
        QuotaGroup group = groups.current(key.group());
        return Hold.NONE
                .and(rests.of(new Scope.OfKey(key.slot())), now)
                .and(rests.of(new Scope.OfGroup(group)), now)
                .and(rests.of(new Scope.OfGroupModel(group, model)), now);
    }

    Hold wideHold(Instant now) {
        return Hold.NONE.and(rests.of(ofProvider), now).and(rests.of(ofModel), now);
    }

    /// Until when more than suspicion keeps the provider as a whole out of turn; null where nothing does.
    @Nullable
    Instant confirmedUntil(Instant now) {
        return Hold.NONE
                .and(unlessSuspicion(ofProvider), now)
                .and(unlessSuspicion(ofModel), now)
                .coolsUntil();
    }

    private @Nullable Rest unlessSuspicion(Scope scope) {
        Rest rest = rests.of(scope);
        return rest != null && rest.isSuspicion() ? null : rest;
    }

    Hold hold(PoolKey key, Instant now) {
        return narrowHold(key, now).and(rests.of(ofProvider), now).and(rests.of(ofModel), now);
    }

    /// All that is known of what concerns `key`, the key itself first.
    List<PoolStatus.Known> known(PoolKey key, Instant now) {
        return scopes(key).stream()
                .flatMap(scope -> Stream.ofNullable(rests.of(scope)).map(rest -> rest.known(scope, now)))
                .toList();
    }

    /// Makes an attempt with `key` the trial of everything that concerns it and whose rest is over.
    ///
    /// @param early whether it is that of mere suspicions too
    Set<Scope> beginTrials(PoolKey key, Instant now, Instant end, boolean early) {
        var trials = new HashSet<Scope>();
        for (Scope scope : scopes(key)) {
            Rest rest = rests.of(scope);
            if (rest != null && !rest.hasLetInAt(now) && (!rest.coolsAt(now) || (early && rest.isSuspicion()))) {
                rests.put(scope, rest.onTrial(now, rest.trialMustEnd(now, end)));
                trials.add(scope);
            }
        }
        return trials;
    }

    /// Whether nothing has come between `key` and an attempt that was decided on at `decidedAt`: nothing rests
    /// but what it is the trial of, and what it was to ask in spite of.
    ///
    /// @param bruised whether it does not heed what holds the provider as a whole
    boolean isOpen(PoolKey key, Set<Scope> trials, Instant decidedAt, boolean bruised) {
        return scopes(key).stream().allMatch(scope -> {
            Rest rest = rests.of(scope);
            return rest == null
                    || rest.hasLetInAt(decidedAt)
                    || (trials.contains(scope) && rest.isOnTrialSince(decidedAt))
                    || (bruised && !rest.isOnTrialAt(decidedAt) && (scope.equals(ofProvider) || scope.equals(ofModel)));
        });
    }

    /// The attempt decided on at `decidedAt` begins at `now`, and its trials with it.
    void beginLater(Set<Scope> trials, Instant decidedAt, Instant now) {
        for (Scope scope : trials) {
            Rest rest = rests.of(scope);
            if (rest != null && rest.isOnTrialSince(decidedAt)) {
                rests.put(scope, rest.onTrialFrom(now));
            }
        }
    }

    /// Ends the trials of an attempt begun at `startedAt`. What has gone out of turn since then, or what it has
    /// held for too long, is somebody else's to try.
    void endTrials(Set<Scope> trials, Instant startedAt) {
        for (Scope scope : trials) {
            Rest rest = rests.of(scope);
            if (rest != null && rest.isOnTrialSince(startedAt)) {
                rests.put(scope, rest.offTrial());
            }
        }
    }

    /// Takes `scope` out of turn, or keeps it out for longer. Returns its rest if it was in turn until now, or was
    /// to be back soon and is not any more.
    ///
    /// @param chance in [0, 1), spreads the end of an outage's pause
    Optional<Rest> rests(Scope scope, Failure failure, Step.Attempt attempt, Instant now, double chance) {
        return rests(scope, failure.kind(), attempt, now, level -> {
            return Rest.begin(failure, level, now, Backoff.pause(failure, level, chance));
        });
    }

    /// Takes the whole provider out of turn, for it limits this host and not its keys.
    ///
    /// @param chance in [0, 1), spreads the end of the pause
    Optional<Rest> throttled(Failure.RateLimited limited, Step.Attempt attempt, Instant now, double chance) {
        return rests(ofProvider, limited.kind(), attempt, now, level -> {
            return Rest.throttled(limited, level, now, Backoff.throttling(limited, level, chance));
        });
    }

    /// @param begin what the rest is when the trouble came back so many times
    private Optional<Rest> rests(
            Scope scope, Failure.Kind kind, Step.Attempt attempt, Instant now, IntFunction<Rest> begin) {
        Rest before = rests.of(scope);
        boolean onTrial = attempt.trials().contains(scope);
        Rest begun = begin.apply(before == null ? 0 : before.levelFor(kind, attempt.startedAt(), now, onTrial));
        Rest after = before == null ? begun : before.or(begun);
        rests.put(scope, after);
        return before != null && before.coolsAt(now) && !Rest.becomesLong(before.until(), after.until(), now)
                ? Optional.empty()
                : Optional.of(after);
    }

    /// Whether the provider limits this host, as far as is known.
    boolean isThrottled() {
        Rest rest = rests.of(ofProvider);
        return rest != null && rest.reason() == Failure.Kind.RATE_LIMITED;
    }

    /// Forgets all that an attempt with `key`, begun at `startedAt`, disproves by being answered. Returns
    /// what rested.
    Map<Scope, Rest> answered(PoolKey key, Instant startedAt) {
        Map<Scope, Rest> disproved = Map.of();
        for (Scope scope : scopes(key)) {
            Rest rest = rests.forget(scope, startedAt);
            if (rest != null) {
                disproved = disproved.isEmpty() ? new LinkedHashMap<>() : disproved;
                disproved.put(scope, rest);
            }
        }
        return disproved;
    }

    /// Forgets that the provider could not be reached, if the attempt begun at `startedAt` disproves it.
    boolean reached(Instant startedAt) {
        return rests.forget(ofProvider, startedAt) != null;
    }

    /// Knows of one group what it knew of two.
    void merge(QuotaGroup from, QuotaGroup into) {
        rests.merge(new Scope.OfGroup(from), new Scope.OfGroup(into));
        rests.merge(new Scope.OfGroupModel(from, model), new Scope.OfGroupModel(into, model));
    }

    /// The narrow ones first.
    private List<Scope> scopes(PoolKey key) {
        QuotaGroup group = groups.current(key.group());
        return List.of(
                new Scope.OfKey(key.slot()),
                new Scope.OfGroup(group),
                new Scope.OfGroupModel(group, model),
                ofProvider,
                ofModel);
    }
}
