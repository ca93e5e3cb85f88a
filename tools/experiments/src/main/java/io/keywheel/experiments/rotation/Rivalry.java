package io.keywheel.experiments.rotation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Where a rule of the field does better than ours with at least half of the seeds, in Markdown.
final class Rivalry {

    private final Results results;

    Rivalry(Results results) {
        this.results = results;
    }

    String markdown() {
        String lines = results.scenarios().stream()
                .flatMap(scenario -> Column.of(scenario).stream().map(column -> line(scenario, column)))
                .collect(Collectors.joining());
        return lines.isEmpty()
                ? "No other rule is better in any figure.\n"
                : "| scenario | figure | Keywheel | best of the others | seeds | better rules |\n"
                        + "|---|---|---:|---|---:|---:|\n" + lines;
    }

    private String line(Scenario scenario, Column column) {
        List<Contender> better = Arrays.stream(Contender.values())
                .filter(Contender::isInTheField)
                .filter(contender -> 2 * results.timesBetter(scenario, contender, column) >= results.seeds())
                .sorted(Comparator.comparingDouble(
                        contender -> column.rank(results.median(scenario, contender, column))))
                .toList();
        if (better.isEmpty()) {
            return "";
        }
        Contender best = better.getFirst();
        return "| `%s` | %s | %s | %s %s | %d | %d |%n"
                .formatted(
                        scenario.name(),
                        column.head(),
                        column.cell(results.median(scenario, Contender.OURS, column)),
                        best.label,
                        column.cell(results.median(scenario, best, column)),
                        results.timesBetter(scenario, best, column),
                        better.size());
    }
}
