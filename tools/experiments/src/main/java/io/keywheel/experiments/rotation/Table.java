package io.keywheel.experiments.rotation;

import java.util.ArrayList;
import java.util.List;

/// The figures of one scenario with the first seed, in Markdown.
final class Table {

    private final Scenario scenario;
    private final Results results;

    Table(Scenario scenario, Results results) {
        this.scenario = scenario;
        this.results = results;
    }

    String markdown() {
        List<Column> columns = Column.of(scenario);
        var lines = new ArrayList<String>();
        lines.add(line("rule", columns.stream().map(Column::head).toList()));
        lines.add("|---|" + "---:|".repeat(columns.size()));
        for (Contender contender : Contender.values()) {
            Figures figures = results.first(scenario, contender);
            lines.add(line(
                    contender.label,
                    columns.stream().map(column -> column.cell(figures)).toList()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(String first, List<String> cells) {
        return "| " + first + " | " + String.join(" | ", cells) + " |";
    }
}
