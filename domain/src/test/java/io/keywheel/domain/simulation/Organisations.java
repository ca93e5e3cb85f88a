package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which quota groups are one, as far as their provider has named their organisations.
final class Organisations {

    /// Two groups that are one from now on.
    record Merger(QuotaGroup smaller, QuotaGroup larger) {}

    /// A group and those that have joined it.
    private final List<List<QuotaGroup>> one = new ArrayList<>();

    private final Map<QuotaGroup, Integer> keys = new HashMap<>();
    private final Map<QuotaGroup, String> lastNames = new HashMap<>();

    Organisations(List<ProviderProfile> pool) {
        pool.stream()
                .flatMap(profile -> profile.keys().stream())
                .map(PoolKey::group)
                .forEach(group -> keys.merge(group, 1, Integer::sum));
        keys.keySet().forEach(group -> one.add(new ArrayList<>(List.of(group))));
    }

    /// The group that `group` has joined, or itself.
    QuotaGroup current(QuotaGroup group) {
        return oneWith(group).getFirst();
    }

    Scope current(Scope scope) {
        return switch (scope) {
            case Scope.OfGroup(var group) -> new Scope.OfGroup(current(group));
            case Scope.OfGroupModel(var group, var model) -> new Scope.OfGroupModel(current(group), model);
            case Scope.OfKey _, Scope.OfModel _, Scope.OfProvider _ -> scope;
        };
    }

    /// The organisation of `named` is `name`, and no other any more. Null where no other group is of that one.
    @Nullable
    Merger isOf(QuotaGroup named, String name) {
        QuotaGroup group = current(named);
        lastNames.put(group, name);
        for (List<QuotaGroup> others : one) {
            QuotaGroup other = others.getFirst();
            boolean same = other.provider().equals(group.provider()) && name.equals(lastNames.get(other));
            if (same && !other.equals(group)) {
                return size(group) > size(other) ? merge(other, group) : merge(group, other);
            }
        }
        return null;
    }

    /// How many groups a provider has.
    long count(ProviderId provider) {
        return one.stream()
                .filter(groups -> groups.getFirst().provider().equals(provider))
                .count();
    }

    private Merger merge(QuotaGroup smaller, QuotaGroup larger) {
        List<QuotaGroup> going = oneWith(smaller);
        oneWith(larger).addAll(going);
        one.remove(going);
        lastNames.remove(smaller);
        return new Merger(smaller, larger);
    }

    private List<QuotaGroup> oneWith(QuotaGroup group) {
        return one.stream().filter(groups -> groups.contains(group)).findFirst().orElseThrow();
    }

    private int size(QuotaGroup group) {
        return oneWith(group).stream().mapToInt(keys::get).sum();
    }
}
