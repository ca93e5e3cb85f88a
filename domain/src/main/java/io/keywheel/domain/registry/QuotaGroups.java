package io.keywheel.domain.registry;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The keys that share a quota, by the settings. If the provider names one organisation for two groups, these are
/// merged permanently.
///
/// Lookups take constant time. The smaller group joins the larger, so that all mergers together take n log n.
public final class QuotaGroups {

    private record Organisation(ProviderId provider, String name) {}

    /// @param keys the keys of `from`
    /// @param first a key of `into`
    public record Merger(QuotaGroup from, QuotaGroup into, List<KeySlot> keys, KeySlot first) {
        public Merger {
            keys = List.copyOf(keys);
        }
    }

    private final Map<QuotaGroup, List<PoolKey>> members = new HashMap<>();

    /// The merged groups of the settings, each with the group that it joined.
    private final Map<QuotaGroup, QuotaGroup> joined = new HashMap<>();

    /// The last organisation named for each group. One per group bounds both maps: a provider may name any
    /// number.
    private final Map<Organisation, QuotaGroup> groups = new HashMap<>();

    private final Map<QuotaGroup, Organisation> organisations = new HashMap<>();
    private final Map<ProviderId, Integer> counts = new HashMap<>();

    public QuotaGroups(List<ProviderProfile> providers) {
        this(providers, Map.of());
    }

    /// @param joined the earlier mergers, from each group to the one that it joined
    private QuotaGroups(List<ProviderProfile> providers, Map<QuotaGroup, QuotaGroup> joined) {
        for (ProviderProfile provider : providers) {
            for (PoolKey key : provider.keys()) {
                QuotaGroup into = joined.getOrDefault(key.group(), key.group());
                if (!into.equals(key.group())) {
                    this.joined.put(key.group(), into);
                }
                members.computeIfAbsent(into, _ -> new ArrayList<>()).add(key);
            }
        }
        members.keySet().forEach(group -> counts.merge(group.provider(), 1, Integer::sum));
    }

    /// The groups of `providers`, with the mergers and organisations of those that are `kept`.
    public QuotaGroups next(List<ProviderProfile> providers, Predicate<ProviderId> kept) {
        var known = new HashMap<>(joined);
        known.keySet().removeIf(group -> !kept.test(group.provider()));
        var quotaGroups = new QuotaGroups(providers, known);
        organisations.forEach((group, organisation) -> {
            if (kept.test(group.provider()) && quotaGroups.members.containsKey(group)) {
                quotaGroups.setOrganisation(group, organisation);
            }
        });
        return quotaGroups;
    }

    public List<PoolKey> keys(QuotaGroup group) {
        return members.getOrDefault(group, List.of());
    }

    /// For each group, one key of each of the groups in the settings that it consists of.
    public Stream<Collection<PoolKey>> parts() {
        return members.values().stream()
                .map(keys -> keys.stream()
                        .collect(Collectors.toMap(PoolKey::group, key -> key, (first, _) -> first))
                        .values());
    }

    public Set<String> fingerprints(QuotaGroup group) {
        return keys(group).stream().map(PoolKey::fingerprint).collect(Collectors.toSet());
    }

    boolean has(QuotaGroup group) {
        return members.containsKey(group);
    }

    public int count(ProviderId provider) {
        return counts.getOrDefault(provider, 0);
    }

    boolean haveMerged() {
        return !joined.isEmpty();
    }

    public QuotaGroup current(QuotaGroup group) {
        return joined.getOrDefault(group, group);
    }

    public PoolKey current(PoolKey key) {
        QuotaGroup group = current(key.group());
        return group.equals(key.group()) ? key : new PoolKey(key.slot(), group, key.fingerprint());
    }

    Scope current(Scope scope) {
        return switch (scope) {
            case Scope.OfGroup(var group) -> new Scope.OfGroup(current(group));
            case Scope.OfGroupModel(var group, var model) -> new Scope.OfGroupModel(current(group), model);
            case Scope.OfKey _, Scope.OfModel _, Scope.OfProvider _ -> scope;
        };
    }

    /// Records that the current group `group` belongs to the organisation `name`. Returns the merger that
    /// results.
    public Optional<Merger> assignOrganisation(QuotaGroup group, String name) {
        var organisation = new Organisation(group.provider(), name);
        QuotaGroup other = groups.get(organisation);
        if (other == null) {
            setOrganisation(group, organisation);
            return Optional.empty();
        }
        if (other.equals(group)) {
            return Optional.empty();
        }
        Merger merger = join(group, other);
        setOrganisation(merger.into(), organisation);
        return Optional.of(merger);
    }

    /// Merges two current groups, which belong to one organisation.
    public Merger join(QuotaGroup group, QuotaGroup other) {
        boolean larger = keys(group).size() > keys(other).size();
        QuotaGroup from = larger ? other : group;
        QuotaGroup into = larger ? group : other;
        List<PoolKey> moving = keys(from);
        List<PoolKey> staying = keys(into);
        var merger = new Merger(
                from,
                into,
                moving.stream().map(PoolKey::slot).toList(),
                staying.getFirst().slot());
        moving.forEach(key -> joined.put(key.group(), into));
        staying.addAll(moving);
        members.remove(from);
        counts.merge(from.provider(), -1, Integer::sum);
        forgetOrganisation(from);
        return merger;
    }

    private void setOrganisation(QuotaGroup group, Organisation organisation) {
        forgetOrganisation(group);
        groups.put(organisation, group);
        organisations.put(group, organisation);
    }

    private void forgetOrganisation(QuotaGroup group) {
        Organisation before = organisations.remove(group);
        if (before != null) {
            groups.remove(before);
        }
    }
}
