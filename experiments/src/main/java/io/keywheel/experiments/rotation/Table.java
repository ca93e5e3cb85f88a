package io.keywheel.experiments.rotation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The figures of one scenario in Markdown, and in which of them ours is not the best.
final class Table {

    private final Scenario scenario;
    private final Results results;
    private final List<Column> columns;

    Table(Scenario scenario, Results results) {
        this.scenario = scenario;
        this.results = results;
        this.columns = Column.of(scenario);
    }

    String markdown() {
        var lines = new ArrayList<String>();
        lines.add(line("rule", columns.stream().map(Column::head).toList()));
        lines.add("|---|" + "---:|".repeat(columns.size()));
        for (Contender contender : Contender.values()) {
            Figures figures = results.figures(scenario, contender);
            lines.add(line(
                    contender.label,
                    columns.stream().map(column -> column.cell().apply(figures)).toList()));
        }
        lines.add("");
        lines.add(whereOursIsNotBest());
        return String.join("\n", lines) + "\n";
    }

    private static String line(String first, List<String> cells) {
        return "| " + first + " | " + String.join(" | ", cells) + " |";
    }

    private String whereOursIsNotBest() {
        List<String> better = columns.stream()
                .map(this::betterIn)
                .filter(words -> !words.isEmpty())
                .toList();
        return better.isEmpty()
                ? "No other rule is better in any of these."
                : "Better than Keywheel: " + String.join("; ", better) + ".";
    }

    private String betterIn(Column column) {
        Figures ours = results.figures(scenario, Contender.OURS);
        String who = Arrays.stream(Contender.values())
                .filter(contender -> contender.isInTheField())
                .filter(contender -> column.isBetter(results.figures(scenario, contender), ours))
                .map(contender -> contender.label)
                .collect(Collectors.joining(", "));
        return who.isEmpty() ? "" : "in *" + column.head() + "* " + who;
    }
}
