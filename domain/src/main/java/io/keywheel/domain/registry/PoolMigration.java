package io.keywheel.domain.registry;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Maps the keys and scopes of one key pool to those of the next one.
///
/// A key keeps the cooldowns of its group when the group changes. Retired keys may be tried again.
public final class PoolMigration {

    private final Predicate<ProviderId> kept;
    private final Instant now;
    private final QuotaGroups quotaGroups;
    private final Map<PoolKey.Name, PoolKey> before = new HashMap<>();
    private final Map<KeySlot, KeySlot> newSlots = new HashMap<>();

    /// The new groups of the keys of an earlier group.
    private final Map<QuotaGroup, Set<QuotaGroup>> newGroups = new HashMap<>();

    /// @param keyRegistry the keys before, in `earlier` groups
    /// @param next the providers from `now` on, in `quotaGroups`
    /// @param kept which providers are still the same
    public PoolMigration(
            KeyRegistry keyRegistry,
            QuotaGroups earlier,
            List<ProviderProfile> next,
            QuotaGroups quotaGroups,
            Predicate<ProviderId> kept,
            Instant now) {
        this.kept = kept;
        this.now = now;
        this.quotaGroups = quotaGroups;
        for (ProviderProfile profile : next) {
            if (kept.test(profile.id())) {
                profile.keys().forEach(key -> mapKey(key, keyRegistry.same(key), earlier));
            }
        }
    }

    private void mapKey(PoolKey key, @Nullable PoolKey same, QuotaGroups earlier) {
        if (same != null) {
            before.put(key.name(), same);
            newSlots.put(same.slot(), key.slot());
            newGroups
                    .computeIfAbsent(earlier.current(same.group()), _ -> new HashSet<>())
                    .add(quotaGroups.current(key.group()));
        }
    }

    public Instant now() {
        return now;
    }

    public boolean keeps(ProviderId provider) {
        return kept.test(provider);
    }

    public boolean remains(PoolKey.Name key) {
        return before.containsKey(key);
    }

    /// The same key in the previous pool; null for a new key.
    public @Nullable PoolKey before(PoolKey key) {
        return before.get(key.name());
    }

    /// The new slot of the key that was at `slot`; null if the key was removed.
    public @Nullable KeySlot newSlotOf(KeySlot slot) {
        return newSlots.get(slot);
    }

    public Set<KeySlot> remainingSlots() {
        return Set.copyOf(newSlots.values());
    }

    /// The scopes that inherit the cooldown of `scope`; none for a removed key.
    public Stream<Scope> heirs(Scope scope) {
        return switch (scope) {
            case Scope.OfKey(var slot) -> Stream.ofNullable(newSlots.get(slot)).map(Scope.OfKey::new);
            case Scope.OfGroup(var group) -> heirs(group).map(Scope.OfGroup::new);
            case Scope.OfGroupModel(var group, var model) ->
                heirs(group).map(heir -> new Scope.OfGroupModel(heir, model));
            case Scope.OfProvider _, Scope.OfModel _ -> Stream.of(scope).filter(_ -> kept.test(scope.provider()));
        };
    }

    /// The groups that inherit the state of `group`.
    public Stream<QuotaGroup> heirs(QuotaGroup group) {
        var heirs = new HashSet<>(newGroups.getOrDefault(group, Set.of()));
        if (kept.test(group.provider()) && quotaGroups.has(group)) {
            heirs.add(group);
        }
        return heirs.stream();
    }
}
