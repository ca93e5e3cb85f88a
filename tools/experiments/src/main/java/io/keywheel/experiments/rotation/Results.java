package io.keywheel.experiments.rotation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// What came of every rule in some scenarios, with one seed after another.
final class Results {

    private final long seed;
    private final int seeds;
    private final Map<Scenario, Map<Contender, List<Figures>>> figures = new LinkedHashMap<>();

    private Results(long seed, int seeds) {
        this.seed = seed;
        this.seeds = seeds;
    }

    /// @param seed the first
    /// @param seeds how many
    /// @param progress is told each seed before it is played
    static Results of(List<Scenario> scenarios, long seed, int seeds, LongConsumer progress) {
        var results = new Results(seed, seeds);
        for (int i = 0; i < seeds; i++) {
            progress.accept(seed + i);
            for (Scenario scenario : scenarios) {
                results.play(scenario, seed + i);
            }
        }
        return results;
    }

    private void play(Scenario scenario, long with) {
        for (Contender contender : Contender.values()) {
            figures.computeIfAbsent(scenario, _ -> new EnumMap<>(Contender.class))
                    .computeIfAbsent(contender, _ -> new ArrayList<>())
                    .add(Run.figures(scenario, contender, with));
        }
    }

    /// The first of them.
    long seed() {
        return seed;
    }

    int seeds() {
        return seeds;
    }

    List<Scenario> scenarios() {
        return List.copyOf(figures.keySet());
    }

    /// What came of it with the first seed.
    Figures first(Scenario scenario, Contender contender) {
        return all(scenario, contender).getFirst();
    }

    /// One after the other, as the seeds.
    ///
    /// @throws NullPointerException when the scenario is not one of these
    List<Figures> all(Scenario scenario, Contender contender) {
        return Objects.requireNonNull(
                Objects.requireNonNull(figures.get(scenario)).get(contender));
    }

    /// The one in the middle, as far as `column` goes.
    Figures median(Scenario scenario, Contender contender, Column column) {
        return all(scenario, contender).stream()
                .sorted(Comparator.comparingDouble(column::rank))
                .toList()
                .get((seeds - 1) / 2);
    }

    Figures worst(Scenario scenario, Contender contender, Column column) {
        return all(scenario, contender).stream()
                .max(Comparator.comparingDouble(column::rank))
                .orElseThrow();
    }

    /// With how many seeds `contender` is better than ours.
    long timesBetter(Scenario scenario, Contender contender, Column column) {
        List<Figures> theirs = all(scenario, contender);
        List<Figures> ours = all(scenario, Contender.OURS);
        return IntStream.range(0, seeds)
                .filter(i -> column.isBetter(theirs.get(i), ours.get(i)))
                .count();
    }

    /// @throws java.util.NoSuchElementException when there is none of that name
    Scenario scenario(String name) {
        return figures.keySet().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
