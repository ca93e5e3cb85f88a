package io.keywheel.adapters.state;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.sharing.SharedCooldowns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The cooldowns and quota groups that were published or received, for resending to a store that has lost them.
/// Bounded: the cooldowns that end first are evicted first.
final class LastingFacts {

    static final int MOST = 2048;

    /// The number of entries that one eviction removes, because finding those that end first requires a full
    /// scan. The map may exceed [#MOST] by as many.
    static final int EVICTION_BATCH = MOST / 8;

    /// @param model empty for a scope of all models
    private record CooldownKey(ProviderId provider, String fingerprint, Scope.Kind scope, String model) {}

    private final Map<CooldownKey, SharedCooldowns> cooldowns = new HashMap<>();
    private final Set<Fact.OneGroup> groups = new LinkedHashSet<>();

    void add(Fact fact) {
        switch (fact) {
            case Fact.CooledDown cooled -> join(cooled.callTarget(), cooled.scope(), SharedCooldowns.NONE.with(cooled));
            case Fact.Answered answered ->
                answered.disproved()
                        .forEach(scope ->
                                join(answered.callTarget(), scope, SharedCooldowns.NONE.answered(answered.begun())));
            case Fact.OneGroup group -> {
                if (groups.size() < MOST) {
                    groups.add(group);
                }
            }
            case Fact.Called _, Fact.Ended _, Fact.ClientUsed _ -> {}
        }
    }

    private void join(Fact.CallTarget callTarget, Scope.Kind scope, SharedCooldowns learned) {
        boolean isOfModel = scope == Scope.Kind.MODEL || scope == Scope.Kind.GROUP_MODEL;
        String model = isOfModel ? callTarget.model().value() : "";
        cooldowns.merge(
                new CooldownKey(callTarget.provider(), callTarget.fingerprint(), scope, model),
                learned,
                SharedCooldowns::joined);
        if (cooldowns.size() > MOST + EVICTION_BATCH) {
            cooldowns.entrySet().stream()
                    .sorted(Comparator.comparing(each -> end(each.getValue())))
                    .limit(EVICTION_BATCH)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(cooldowns::remove);
        }
    }

    void forget(Set<ProviderId> providers) {
        cooldowns.keySet().removeIf(key -> providers.contains(key.provider()));
        groups.removeIf(group -> providers.contains(group.callTarget().provider()));
    }

    private static Instant end(SharedCooldowns all) {
        Fact.CooledDown longest = all.longest();
        return longest == null ? Instant.MIN : longest.until();
    }

    /// The facts that hold at `now`. Only the longest cooldown of a scope counts, because repeated ones differ
    /// by a millisecond.
    List<Fact> holding(Instant now) {
        var holding = new ArrayList<Fact>(groups);
        for (SharedCooldowns all : cooldowns.values()) {
            Fact.CooledDown longest = all.longest();
            if (longest != null && longest.until().isAfter(now)) {
                holding.add(longest);
            }
        }
        return holding;
    }
}
