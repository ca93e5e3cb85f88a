package io.keywheel.experiments.rotation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Puts every rule into every scenario and tells what came of it.
public final class RotationExperiment {

    private final long seed;
    private final List<Scenario> scenarios;

    public RotationExperiment(long seed) {
        this(seed, Scenarios.ALL);
    }

    RotationExperiment(long seed, List<Scenario> scenarios) {
        this.seed = seed;
        this.scenarios = scenarios;
    }

    /// The names of the scenarios.
    public static String names() {
        return Scenarios.ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
    }

    /// The table of one scenario; empty when there is none of that name.
    public Optional<String> table(String name) {
        return scenarios.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .map(scenario -> {
                    Results results = Results.of(List.of(scenario), seed);
                    return scenario.title() + "\n\n" + new Table(scenario, results).markdown()
                            + "\nWhere another rule does better:\n\n" + new Rivalry(results).markdown();
                });
    }

    /// Writes the page and its pictures into `directory`.
    public void write(Path directory) throws IOException {
        Results results = Results.of(scenarios, seed);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("rotation-experiment.md"), new Page(results).markdown());
        for (Map.Entry<String, String> plot : new Plots(results).all().entrySet()) {
            Files.writeString(directory.resolve(plot.getKey()), plot.getValue());
        }
    }
}
