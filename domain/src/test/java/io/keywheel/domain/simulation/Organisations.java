package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which quota groups are one, by the organisations that their provider has named.
final class Organisations {

    /// Two groups that are found to be one.
    record Merger(QuotaGroup smaller, QuotaGroup larger) {}

    /// How many keys a group has, with those that have joined it; only groups that have joined no other.
    private final Map<QuotaGroup, Integer> keys = new HashMap<>();

    private final Map<QuotaGroup, QuotaGroup> joined = new HashMap<>();
    private final Map<QuotaGroup, String> lastNames = new HashMap<>();

    Organisations(List<ProviderProfile> pool) {
        pool.stream()
                .flatMap(profile -> profile.keys().stream())
                .map(PoolKey::group)
                .forEach(group -> keys.merge(group, 1, Integer::sum));
    }

    /// The group that `group` has joined, or itself.
    QuotaGroup current(QuotaGroup group) {
        QuotaGroup larger = joined.get(group);
        return larger == null ? group : current(larger);
    }

    Scope current(Scope scope) {
        return switch (scope) {
            case Scope.OfGroup(var group) -> new Scope.OfGroup(current(group));
            case Scope.OfGroupModel(var group, var model) -> new Scope.OfGroupModel(current(group), model);
            case Scope.OfKey _, Scope.OfModel _, Scope.OfProvider _ -> scope;
        };
    }

    /// The organisation of `named` is `name` from now on. Null if no other group is of it.
    @Nullable
    Merger isOf(QuotaGroup named, String name) {
        QuotaGroup group = current(named);
        lastNames.put(group, name);
        for (QuotaGroup other : keys.keySet()) {
            boolean same = other.provider().equals(group.provider()) && name.equals(lastNames.get(other));
            if (same && !other.equals(group)) {
                return keys.getOrDefault(group, 0) > keys.getOrDefault(other, 0)
                        ? merge(other, group)
                        : merge(group, other);
            }
        }
        return null;
    }

    /// How many groups a provider has.
    long count(ProviderId provider) {
        return keys.keySet().stream()
                .filter(group -> group.provider().equals(provider))
                .count();
    }

    private Merger merge(QuotaGroup smaller, QuotaGroup larger) {
        keys.merge(larger, keys.getOrDefault(smaller, 0), Integer::sum);
        keys.remove(smaller);
        joined.put(smaller, larger);
        lastNames.remove(smaller);
        return new Merger(smaller, larger);
    }
}
