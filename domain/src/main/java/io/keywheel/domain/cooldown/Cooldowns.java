package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.routing.ProviderId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is out of turn for one model at one provider, by what it is.
public final class Cooldowns {

    private final Map<Scope, Cooldown> shared;
    private final Map<Scope, Cooldown> own = new HashMap<>();

    /// @param shared the cooldowns that are not the matter of one model, for all models of a key pool
    public Cooldowns(Map<Scope, Cooldown> shared) {
        this.shared = shared;
    }

    /// What lives on of them.
    ///
    /// @param shared the cooldowns for all models of the key pool that comes after
    public Cooldowns after(Map<Scope, Cooldown> shared, PoolMigration poolMigration) {
        var after = new Cooldowns(shared);
        after.own.putAll(inherited(own, poolMigration));
        return after;
    }

    /// The cooldowns that remain in the next pool.
    public static Map<Scope, Cooldown> inherited(Map<Scope, Cooldown> cooldowns, PoolMigration poolMigration) {
        var all = new HashMap<Scope, Cooldown>();
        cooldowns.forEach((scope, cooldown) -> poolMigration
                .heirs(scope)
                .forEach(heir ->
                        all.merge(heir, inherited(cooldown, scope, heir, poolMigration.now()), Cooldown::joined)));
        return all;
    }

    /// The probe of a group is reported under the name that the group had.
    private static Cooldown inherited(Cooldown cooldown, Scope scope, Scope heir, Instant now) {
        return switch (scope) {
            case Scope.OfKey _ -> cooldown.overBy(now);
            case Scope.OfGroup _, Scope.OfGroupModel _ -> heir.equals(scope) ? cooldown : cooldown.withoutProbe();
            case Scope.OfProvider _, Scope.OfModel _ -> cooldown;
        };
    }

    @Nullable
    public Cooldown of(Scope scope) {
        return mapOf(scope).get(scope);
    }

    void put(Scope scope, Cooldown cooldown) {
        mapOf(scope).put(scope, cooldown);
    }

    /// Forgets the cooldown of `scope` and returns it, if an attempt begun at `startedAt` disproves it.
    @Nullable
    Cooldown forget(Scope scope, Instant startedAt) {
        Cooldown cooldown = of(scope);
        if (cooldown == null || !cooldown.isOlderThan(startedAt)) {
            return null;
        }
        mapOf(scope).remove(scope);
        return cooldown;
    }

    /// Undoes a cooldown that turned out to be a mistake, unless something has come of it since.
    public void takeBack(Scope scope, @Nullable Cooldown mistaken, @Nullable Cooldown before) {
        if (Objects.equals(mistaken, before) || !Objects.equals(mistaken, of(scope))) {
            return;
        }
        if (before == null) {
            mapOf(scope).remove(scope);
        } else {
            put(scope, before.withoutProbe());
        }
    }

    /// Ends all probes of what a provider's keys share that began at `startedAt`, whatever their scopes are
    /// called now. What is of one key alone is tried by that key.
    public void endProbes(ProviderId provider, Instant startedAt) {
        for (Map<Scope, Cooldown> cooldowns : List.of(shared, own)) {
            cooldowns.replaceAll((scope, cooldown) -> isShared(scope, provider) && cooldown.isProbedSince(startedAt)
                    ? cooldown.withoutProbe()
                    : cooldown);
        }
    }

    private static boolean isShared(Scope scope, ProviderId provider) {
        return !(scope instanceof Scope.OfKey) && scope.provider().equals(provider);
    }

    /// Knows of one what it knew of two.
    void merge(Scope from, Scope into) {
        Cooldown cooldown = mapOf(from).remove(from);
        if (cooldown != null) {
            mapOf(into).merge(into, cooldown, Cooldown::joined);
        }
    }

    private Map<Scope, Cooldown> mapOf(Scope scope) {
        return switch (scope) {
            case Scope.OfKey _, Scope.OfGroup _, Scope.OfProvider _ -> shared;
            case Scope.OfGroupModel _, Scope.OfModel _ -> own;
        };
    }
}
