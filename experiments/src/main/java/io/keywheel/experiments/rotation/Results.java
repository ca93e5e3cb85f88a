package io.keywheel.experiments.rotation;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What came of every rule in some scenarios.
final class Results {

    private final long seed;
    private final Map<Scenario, Map<Contender, Figures>> figures = new LinkedHashMap<>();

    private Results(long seed) {
        this.seed = seed;
    }

    static Results of(List<Scenario> scenarios, long seed) {
        var results = new Results(seed);
        for (Scenario scenario : scenarios) {
            var row = new EnumMap<Contender, Figures>(Contender.class);
            for (Contender contender : Contender.values()) {
                row.put(contender, new Figures(scenario, Run.of(scenario, contender, seed)));
            }
            results.figures.put(scenario, row);
        }
        return results;
    }

    long seed() {
        return seed;
    }

    List<Scenario> scenarios() {
        return List.copyOf(figures.keySet());
    }

    /// @throws NullPointerException when the scenario is not one of these
    Figures figures(Scenario scenario, Contender contender) {
        return Objects.requireNonNull(
                Objects.requireNonNull(figures.get(scenario)).get(contender));
    }

    /// @throws java.util.NoSuchElementException when there is none of that name
    Scenario scenario(String name) {
        return figures.keySet().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
