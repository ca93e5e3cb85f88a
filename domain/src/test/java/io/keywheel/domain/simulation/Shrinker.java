package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.simulation.Invariant.Violation;
import io.keywheel.domain.simulation.Scenario.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Removes requests of a scenario while the rest still violates the same invariant.
final class Shrinker {

    private Shrinker() {}

    /// The events of the smallest scenario found, up to the violation.
    static List<String> story(Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations) {
        var story = new ArrayList<String>();
        Violation violation = Objects.requireNonNull(Simulation.run(scenario, rotations, null));
        Scenario smallest = shrink(scenario, rotations, violation.invariant());
        violation = Objects.requireNonNull(Simulation.run(smallest, rotations, story));
        story.add(violation.getMessage());
        return story;
    }

    /// Removes halves first, then smaller and smaller parts.
    private static Scenario shrink(
            Scenario scenario, Function<List<ProviderProfile>, Rotation> rotations, Invariant violated) {
        Scenario smallest = scenario;
        for (int part = scenario.requests().size(); part > 0; part /= 2) {
            int from = 0;
            while (from < smallest.requests().size()) {
                List<Request> fewer = new ArrayList<>(smallest.requests());
                fewer.subList(from, Math.min(from + part, fewer.size())).clear();
                Scenario smaller = smallest.with(fewer);
                Violation violation = Simulation.run(smaller, rotations, null);
                if (violation != null && violation.invariant() == violated) {
                    smallest = smaller;
                } else {
                    from += part;
                }
            }
        }
        return smallest;
    }
}
