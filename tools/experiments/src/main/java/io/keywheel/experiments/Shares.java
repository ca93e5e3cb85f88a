package io.keywheel.experiments;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// One share of all scenarios without conversations, each with its median seed, as a table and as a chart.
///
/// @param column selects the median seed
record Shares(List<Scenario> scenarios, Results results, Column column, ToDoubleFunction<Figures> share) {

    private static final List<Contender> CONTENDERS = Contender.in(Scenario.STEADY);

    private static final List<Contender> BARS = CONTENDERS.stream()
            .filter(contender -> contender != Contender.ORACLE)
            .toList();

    String table() {
        String rows = shown().map(scenario -> "| `" + scenario + "` | "
                        + percentages(scenario, CONTENDERS)
                                .mapToObj(percentage -> String.format(Locale.ROOT, "%.1f |", percentage))
                                .collect(Collectors.joining(" "))
                        + "\n")
                .collect(Collectors.joining());
        return "| scenario | " + String.join(" | ", labels(CONTENDERS)) + " |\n|---|"
                + "---:|".repeat(CONTENDERS.size()) + "\n" + rows;
    }

    String chart(String title) {
        var chart = new BarChart(title, labels(BARS));
        shown().forEach(scenario ->
                chart.add(scenario.name(), percentages(scenario, BARS).toArray()));
        return chart.svg();
    }

    private Stream<Scenario> shown() {
        return scenarios.stream().filter(scenario -> !scenario.hasConversations());
    }

    private DoubleStream percentages(Scenario scenario, List<Contender> contenders) {
        return contenders.stream()
                .mapToDouble(contender -> 100 * share.applyAsDouble(results.median(scenario, contender, column)));
    }

    private static List<String> labels(List<Contender> contenders) {
        return contenders.stream().map(contender -> contender.label).toList();
    }
}
