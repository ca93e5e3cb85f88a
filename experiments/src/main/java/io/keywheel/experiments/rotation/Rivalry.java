package io.keywheel.experiments.rotation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Where a rule of the field does better than ours, in Markdown.
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
                : "| scenario | figure | Keywheel | best of the others | better rules |\n|---|---|---:|---|---:|\n"
                        + lines;
    }

    private String line(Scenario scenario, Column column) {
        Figures ours = results.figures(scenario, Contender.OURS);
        List<Contender> better = Arrays.stream(Contender.values())
                .filter(Contender::isInTheField)
                .filter(contender -> column.isBetter(results.figures(scenario, contender), ours))
                .sorted(Comparator.comparingDouble(contender -> column.rank(results.figures(scenario, contender))))
                .toList();
        if (better.isEmpty()) {
            return "";
        }
        Contender best = better.getFirst();
        return "| `%s` | %s | %s | %s %s | %d |%n"
                .formatted(
                        scenario.name(),
                        column.head(),
                        column.cell().apply(ours),
                        best.label,
                        column.cell().apply(results.figures(scenario, best)),
                        better.size());
    }
}
