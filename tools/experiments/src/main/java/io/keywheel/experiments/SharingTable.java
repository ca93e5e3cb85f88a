package io.keywheel.experiments;

import io.keywheel.experiments.strategies.Gateways;
import io.keywheel.experiments.strategies.Gateways.Sharing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// The figures of several gateways with the same keys, beside those of one gateway with the same requests.
record SharingTable(List<Scenario> scenarios, List<Integer> numbers, long firstSeed, int seeds) {

    static final String NAME = "gateways";
    static final List<Scenario> SCENARIOS = List.of(Scenario.STEADY, Scenario.WAITING, Scenario.WINDOWS);

    /// Fewer seeds than for the other tables, because the results vary less.
    static SharingTable of(long firstSeed) {
        return new SharingTable(SCENARIOS, List.of(2, 4, 16), firstSeed, 3);
    }

    private record Setting(String label, Sharing sharing) {}

    private static final List<Setting> SETTINGS = List.of(
            new Setting("nothing shared", Sharing.NONE),
            new Setting("1 ms", Sharing.after(1)),
            new Setting("10 ms", Sharing.after(10)),
            new Setting("10 ms, half of them cut off for 5 minutes", new Sharing(Duration.ofMillis(10), true)),
            new Setting("100 ms", Sharing.after(100)));

    /// The section with means over the seeds.
    String section() {
        var rows = new StringBuilder(row(1, "", Sharing.NONE));
        for (int number : numbers) {
            SETTINGS.forEach(setting -> rows.append(row(number, setting.label(), setting.sharing())));
        }
        return """
                ## Several gateways with the same keys

                Means of the seeds %d to %d: served, wasted calls, and tokens served of capacity.

                | gateways | delay of what they share | %s |
                |---:|---|%s
                %s""".formatted(
                        firstSeed,
                        firstSeed + seeds - 1,
                        scenarios.stream()
                                .map(scenario -> "`" + scenario + "`: served | wasted | of capacity")
                                .collect(Collectors.joining(" | ")),
                        "---:|---:|---:|".repeat(scenarios.size()),
                        rows);
    }

    private String row(int number, String label, Sharing sharing) {
        String cells = scenarios.stream()
                .map(scenario -> {
                    List<Figures> figures = LongStream.range(firstSeed, firstSeed + seeds)
                            .mapToObj(seed -> figures(scenario, number, sharing, seed))
                            .toList();
                    return mean(figures, Figures::servedShare) + " | " + mean(figures, Figures::wastedShare) + " | "
                            + mean(figures, Figures::capacityShare);
                })
                .collect(Collectors.joining(" | "));
        return "| %d | %s | %s |%n".formatted(number, label, cells);
    }

    static Figures figures(Scenario scenario, int number, Sharing sharing, long seed) {
        Contender.Factory factory = (pool, patience, random) -> new Gateways(number, sharing, pool, patience, random);
        return Figures.of(scenario, Run.of(scenario, factory, scenario.variation(), seed));
    }

    private static String mean(List<Figures> figures, ToDoubleFunction<Figures> share) {
        double mean = figures.stream().mapToDouble(share).average().orElseThrow();
        return String.format(Locale.ROOT, "%.1f %%", 100 * mean);
    }
}
