package io.keywheel.domain.health;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is out of turn for one model at one provider, by what it is.
final class Rests {

    private final Map<Scope, Rest> shared;
    private final Map<Scope, Rest> own = new HashMap<>();

    /// @param shared the rests that are not the matter of one model, for all models of a wheel
    Rests(Map<Scope, Rest> shared) {
        this.shared = shared;
    }

    /// What lives on of them.
    ///
    /// @param shared the rests for all models of the wheel that comes after
    Rests after(Map<Scope, Rest> shared, Succession succession) {
        var after = new Rests(shared);
        after.own.putAll(succession.heirs(own));
        return after;
    }

    @Nullable
    Rest of(Scope scope) {
        return mapOf(scope).get(scope);
    }

    void put(Scope scope, Rest rest) {
        mapOf(scope).put(scope, rest);
    }

    /// Forgets the rest of `scope` and returns it, if an attempt begun at `startedAt` disproves it.
    @Nullable
    Rest forget(Scope scope, Instant startedAt) {
        Rest rest = of(scope);
        if (rest == null || !rest.isOlderThan(startedAt)) {
            return null;
        }
        mapOf(scope).remove(scope);
        return rest;
    }

    /// Makes a rest undone that turned out to be a mistake, unless something has come of it since.
    void takeBack(Scope scope, @Nullable Rest mistaken, @Nullable Rest before) {
        if (Objects.equals(mistaken, before) || !Objects.equals(mistaken, of(scope))) {
            return;
        }
        if (before == null) {
            mapOf(scope).remove(scope);
        } else {
            put(scope, before.offTrial());
        }
    }

    /// Ends all trials of what a provider's keys share that began at `startedAt`, whatever their scopes are
    /// called now. What is of one key alone is tried by that key.
    void endTrials(ProviderId provider, Instant startedAt) {
        for (Map<Scope, Rest> rests : List.of(shared, own)) {
            rests.replaceAll((scope, rest) ->
                    isShared(scope, provider) && rest.isOnTrialSince(startedAt) ? rest.offTrial() : rest);
        }
    }

    private static boolean isShared(Scope scope, ProviderId provider) {
        return !(scope instanceof Scope.OfKey) && scope.provider().equals(provider);
    }

    /// Knows of one what it knew of two.
    void merge(Scope from, Scope into) {
        Rest rest = mapOf(from).remove(from);
        if (rest != null) {
            mapOf(into).merge(into, rest, Rest::joined);
        }
    }

    private Map<Scope, Rest> mapOf(Scope scope) {
        return switch (scope) {
            case Scope.OfKey _, Scope.OfGroup _, Scope.OfProvider _ -> shared;
            case Scope.OfGroupModel _, Scope.OfModel _ -> own;
        };
    }
}
