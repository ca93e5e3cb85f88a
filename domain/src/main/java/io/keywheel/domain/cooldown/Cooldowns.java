package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.sharing.SharedCooldowns;
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

    /// Knows of `scope` what all gateways know. Nothing ends earlier than was known here, unless a call begun later was
    /// answered. Returns whether anything is new.
    public boolean learn(Scope scope, SharedCooldowns known) {
        Cooldown before = of(scope);
        Cooldown after = before != null && before.isOlderThan(known.answered()) ? null : before;
        Fact.CooledDown longest = known.longest();
        if (longest != null && (after == null || !longest.until().isBefore(after.until()))) {
            after = Cooldown.learned(longest, before);
        }
        if (after == null) {
            return mapOf(scope).remove(scope) != null;
        }
        put(scope, after);
        return !after.equals(before);
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

    public boolean isProbedAt(Scope scope, Instant now) {
        Cooldown cooldown = of(scope);
        return cooldown != null && cooldown.isProbedAt(now);
    }

    /// Another gateway probes `scope`, which cools down or has cooled down.
    public void beginProbe(Scope scope, Instant begun, Instant deadline) {
        Cooldown cooldown = of(scope);
        if (cooldown != null) {
            put(scope, cooldown.probed(begun, cooldown.probeDeadline(begun, deadline)));
        }
    }

    /// Another gateway found the provider down, perhaps only for its host: a probe follows at once.
    public void suspect(Scope scope, Fact.CooledDown outage, Instant now) {
        if (of(scope) == null) {
            put(scope, Cooldown.learned(outage, null).overBy(now));
        }
    }

    /// Another gateway reached the provider by a call begun at `begun`. What was seen here may be of this host, so
    /// that a probe follows at once.
    public boolean endPause(Scope scope, Instant begun, Instant now) {
        Cooldown cooldown = of(scope);
        if (cooldown == null || !cooldown.isActiveAt(now) || !cooldown.isOlderThan(begun)) {
            return false;
        }
        put(scope, cooldown.overBy(now));
        return true;
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
