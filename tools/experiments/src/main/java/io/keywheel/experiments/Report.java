package io.keywheel.experiments;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// `docs/rotation-figures.md` and its charts.
final class Report {

    private final List<Scenario> scenarios;
    private final Results results;
    private final Shares served;
    private final Shares wasted;

    Report(List<Scenario> scenarios, Results results) {
        this.scenarios = scenarios;
        this.results = results;
        served = new Shares(scenarios, results, Column.SERVED, Figures::servedShare);
        wasted = new Shares(scenarios, results, Column.WASTED, Figures::wastedShare);
    }

    String page() {
        return """
                # Figures of the rotation experiment

                `./keywheel experiment rotation` writes this page and its charts; [rotation-experiment.md](rotation-experiment.md)
                explains them. The seeds are %1$d to %2$d.

                ## Requirements

                The worst value of Keywheel over all seeds:

                %3$s
                ## Where another strategy does better

                Strategies that are better than Keywheel with at least half of the seeds. From here on, figures are of the median seed.

                %4$s
                ## Requests served, of 100

                %5$s
                ## Upstream calls wasted, of 100

                %6$s
                ## Scenarios

                `./keywheel experiment rotation --scenario NAME` prints all figures of one.

                %7$s""".formatted(
                        results.firstSeed,
                        results.firstSeed + results.seeds - 1,
                        requirements(),
                        better(),
                        served.table(),
                        wasted.table(),
                        scenarios.stream()
                                .map(scenario -> "- " + scenario.title() + ". " + about(scenario))
                                .collect(Collectors.joining()));
    }

    String requirements() {
        var rows = new StringBuilder("| what | must be | measured, at worst | met |\n|---|---|---|---|\n");
        for (Requirement requirement : Requirement.ALL) {
            String measured = requirement.scenarios().stream()
                    .map(scenario -> "`" + scenario + "` "
                            + requirement
                                    .column()
                                    .cell(results.worst(scenario, Contender.KEYWHEEL, requirement.column())))
                    .collect(Collectors.joining(", "));
            boolean isMet = requirement.scenarios().stream().allMatch(scenario -> results.isMet(requirement, scenario));
            rows.append(row(requirement.what(), requirement.bound(), measured, isMet ? "yes" : "**no**"));
        }
        return rows.toString();
    }

    String better() {
        var rows = new StringBuilder("""
                | scenario | figure | Keywheel | best of the others | seeds | better ones |
                |---|---|---:|---|---:|---:|
                """);
        for (Scenario scenario : scenarios) {
            for (Column column : Column.of(scenario)) {
                List<Contender> better = Contender.others(scenario).stream()
                        .filter(other -> 2 * results.timesBetter(scenario, other, column) >= results.seeds)
                        .sorted(Comparator.comparingDouble(
                                other -> column.rank(results.median(scenario, other, column))))
                        .toList();
                if (!better.isEmpty()) {
                    Contender best = better.getFirst();
                    rows.append(row(
                            "`" + scenario + "`",
                            column.head(),
                            column.cell(results.median(scenario, Contender.KEYWHEEL, column)),
                            best.label + " " + column.cell(results.median(scenario, best, column)),
                            results.timesBetter(scenario, best, column),
                            better.size()));
                }
            }
        }
        return rows.toString();
    }

    String section(Scenario scenario) {
        List<Column> columns = Column.of(scenario);
        String rows = Contender.in(scenario).stream()
                .map(contender -> row(
                        contender.label,
                        columns.stream()
                                .map(column -> column.cell(results.first(scenario, contender)))
                                .collect(Collectors.joining(" | "))))
                .collect(Collectors.joining());
        return """
                ## %s

                %s
                | strategy | %s |
                |---|%s
                %s""".formatted(
                        scenario.title(),
                        about(scenario),
                        columns.stream().map(Column::head).collect(Collectors.joining(" | ")),
                        "---:|".repeat(columns.size()),
                        rows);
    }

    private String about(Scenario scenario) {
        return "`%s`: %d requests in %d min, of %d tokens on average; patience %d s each.\n"
                .formatted(
                        scenario,
                        results.first(scenario, Contender.KEYWHEEL).requests(),
                        scenario.time().toMinutes(),
                        scenario.arrivals().meanTokens(),
                        scenario.patience().toSeconds());
    }

    String servedChart() {
        return served.chart("Requests served, of 100");
    }

    String wastedChart() {
        return wasted.chart("Upstream calls without an answer, of 100");
    }

    private static String row(Object... cells) {
        return Arrays.stream(cells).map(Object::toString).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
