package io.keywheel.experiments.rotation;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/// Puts every rule into every scenario and tells what came of it.
public final class RotationExperiment {

    /// How many seeds the page is of: one could be luck.
    private static final int SEEDS = 10;

    private final long seed;
    private final int seeds;
    private final List<Scenario> scenarios;

    /// @param seed the first
    public RotationExperiment(long seed) {
        this(seed, SEEDS, Scenarios.ALL);
    }

    RotationExperiment(long seed, int seeds, List<Scenario> scenarios) {
        this.seed = seed;
        this.seeds = seeds;
        this.scenarios = scenarios;
    }

    /// The names of the scenarios.
    public static String names() {
        return Scenarios.ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
    }

    /// The table of one scenario with the first seed; empty when there is none of that name.
    public Optional<String> table(String name) {
        return scenarios.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .map(scenario -> {
                    Results results = Results.of(List.of(scenario), seed, 1, _ -> {});
                    return scenario.title() + "\n\n" + new Table(scenario, results).markdown()
                            + "\nWhere another rule does better:\n\n" + new Rivalry(results).markdown();
                });
    }

    /// Writes the page and its pictures into `directory`, which it makes where there is none.
    ///
    /// @param progress is told each seed before it is played
    /// @throws IOException before anything is played when `directory` is none that can be written to
    public void write(Path directory, LongConsumer progress) throws IOException {
        Files.createDirectories(directory);
        if (!Files.isWritable(directory)) {
            throw new AccessDeniedException(directory.toString());
        }
        Results results = Results.of(scenarios, seed, seeds, progress);
        Files.writeString(directory.resolve("rotation-experiment.md"), new Page(results).markdown());
        for (Map.Entry<String, String> plot : new Plots(results).all().entrySet()) {
            Files.writeString(directory.resolve(plot.getKey()), plot.getValue());
        }
    }
}
