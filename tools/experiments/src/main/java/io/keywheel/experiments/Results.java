package io.keywheel.experiments;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The figures of all strategies in some scenarios, with consecutive seeds.
final class Results {

    final long firstSeed;
    final int seeds;
    private final Map<String, Map<Contender, List<Figures>>> figures = new LinkedHashMap<>();

    Results(List<Scenario> scenarios, long firstSeed, int seeds) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        for (Scenario scenario : scenarios) {
            var ofContenders = new EnumMap<Contender, List<Figures>>(Contender.class);
            for (Contender contender : Contender.in(scenario)) {
                ofContenders.put(
                        contender,
                        LongStream.range(firstSeed, firstSeed + seeds)
                                .mapToObj(seed -> Figures.of(scenario, contender, seed))
                                .toList());
            }
            figures.put(scenario.name(), ofContenders);
        }
    }

    Figures first(Scenario scenario, Contender contender) {
        return all(scenario, contender).getFirst();
    }

    Figures median(Scenario scenario, Contender contender, Column column) {
        return sorted(scenario, contender, column).get((seeds - 1) / 2);
    }

    Figures worst(Scenario scenario, Contender contender, Column column) {
        return sorted(scenario, contender, column).getLast();
    }

    /// The number of seeds with which `contender` is better than Keywheel.
    long timesBetter(Scenario scenario, Contender contender, Column column) {
        List<Figures> others = all(scenario, contender);
        List<Figures> keywheel = all(scenario, Contender.KEYWHEEL);
        return IntStream.range(0, seeds)
                .filter(i -> column.isBetter(others.get(i), keywheel.get(i)))
                .count();
    }

    boolean isMet(Requirement requirement, Scenario scenario) {
        List<Figures> keywheel = all(scenario, Contender.KEYWHEEL);
        List<Figures> oracle = scenario.hasConversations() ? keywheel : all(scenario, Contender.ORACLE);
        return IntStream.range(0, seeds).allMatch(i -> requirement.isMet().test(keywheel.get(i), oracle.get(i)));
    }

    private List<Figures> sorted(Scenario scenario, Contender contender, Column column) {
        return all(scenario, contender).stream()
                .sorted(Comparator.comparingDouble(column::rank))
                .toList();
    }

    private List<Figures> all(Scenario scenario, Contender contender) {
        return requireNonNull(requireNonNull(figures.get(scenario.name())).get(contender));
    }
}
