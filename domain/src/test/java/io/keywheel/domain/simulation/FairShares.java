package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.Tier;
import io.keywheel.domain.simulation.Oracle.Standing;
import io.keywheel.domain.simulation.Oracle.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks the turns of first attempts: while nothing changes, no key and no provider is two turns ahead of another.
final class FairShares {

    private record Rotated(ProviderId provider, ModelId model) {}

    private final Map<Rotated, Turns> ofKeys = new HashMap<>();
    private final Turns ofProviders = new Turns();

    /// @param changes the number of changes that may have moved keys out of or into turn
    void judge(SimulatedRequest simulated, View chosen, List<View> views, int changes) {
        if (chosen.standing() != Standing.READY) {
            return;
        }
        ProviderId provider = chosen.key().provider();
        List<View> ready =
                views.stream().filter(view -> view.standing() == Standing.READY).toList();
        Set<Object> keys = ready.stream()
                .filter(view ->
                        view.key().provider().equals(provider) && view.model().equals(chosen.model()))
                .map(view -> view.key().slot())
                .collect(Collectors.toSet());
        boolean fair = ofKeys.computeIfAbsent(new Rotated(provider, chosen.model()), _ -> new Turns())
                .take(chosen.key().slot(), keys, changes);
        Tier tier = simulated.request.route().tiers().get(chosen.tier());
        if (tier.equals(Route.AUTO.tiers().getFirst())) {
            Set<Object> providers = ready.stream()
                    .filter(view -> view.tier() == chosen.tier())
                    .map(view -> view.key().provider())
                    .collect(Collectors.toSet());
            fair &= ofProviders.take(provider, providers, changes);
        }
        if (!fair) {
            throw Invariant.SHARES_FAIRLY.violatedBy(
                    simulated + " asks " + chosen + ", which is two turns ahead of another");
        }
    }

    private static final class Turns {

        private final Map<Object, Integer> taken = new HashMap<>();
        private Set<Object> members = Set.of();
        private int changes = -1;

        /// Counts a turn of `member`; returns whether no member of `ready` is two turns behind.
        boolean take(Object member, Set<Object> ready, int changesSoFar) {
            if (changes != changesSoFar || !members.equals(ready)) {
                changes = changesSoFar;
                members = ready;
                taken.clear();
                members.forEach(one -> taken.put(one, 0));
            }
            int turns = taken.merge(member, 1, Integer::sum);
            return taken.values().stream().allMatch(other -> other >= turns - 1);
        }
    }
}
