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

/// Merges quota groups by the organisations that their provider reports.
final class Organisations {

    /// Two groups of one organisation.
    record Merger(QuotaGroup smaller, QuotaGroup larger) {}

    /// The number of keys of each group that is not merged into another.
    private final Map<QuotaGroup, Integer> keys = new HashMap<>();

    private final Map<QuotaGroup, QuotaGroup> joined = new HashMap<>();
    private final Map<QuotaGroup, String> lastNames = new HashMap<>();

    Organisations(List<ProviderProfile> pool) {
        pool.stream()
                .flatMap(profile -> profile.keys().stream())
                .map(PoolKey::group)
                .forEach(group -> keys.merge(group, 1, Integer::sum));
    }

    /// The group that `group` is merged into, or itself.
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

    /// Sets the organisation of `named`. Returns null if no other group belongs to it.
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

    /// The number of groups of a provider.
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
