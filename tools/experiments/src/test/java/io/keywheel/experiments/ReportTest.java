package io.keywheel.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Report REPORT = report(Scenario.ALL, 7);

    private static Report report(List<Scenario> scenarios, long seed) {
        List<Scenario> brief = scenarios.stream()
                .map(scenario -> scenario.lasting(Duration.ofSeconds(5)))
                .toList();
        return new Report(brief, new Results(brief, seed, 2));
    }

    @Test
    void figures_are_reproducible_from_the_seed() {
        List<Scenario> one = List.of(Scenario.OVERLOAD);
        String section = report(one, 7).section(Scenario.OVERLOAD);
        assertEquals(section, report(one, 7).section(Scenario.OVERLOAD));
        assertNotEquals(section, report(one, 8).section(Scenario.OVERLOAD));
    }

    @Test
    void page_describes_each_scenario() {
        String page = REPORT.page();
        for (Scenario scenario : Scenario.ALL) {
            assertTrue(page.contains("\n- " + scenario.title() + ". `" + scenario + "`: "), scenario::name);
        }
    }

    @Test
    void page_has_the_shares_of_the_charts() {
        String served = REPORT.page().split("\n## ")[3];
        Scenario.ALL.forEach(scenario -> assertEquals(
                !scenario.hasConversations(), served.contains("\n| `" + scenario + "` | "), scenario::name));
        assertTrue(served.contains("\n| `steady` | 100.0 | "), served);
    }

    @Test
    void page_marks_each_requirement_as_met_or_missed() {
        assertTrue(REPORT.page().contains("| at most 12 | `outage` 0 | yes |"), REPORT::page);
        assertTrue(REPORT.page().contains("| within 30 s | `outage` never | **no** |"), REPORT::page);
    }

    @Test
    void charts_label_every_scenario_without_conversations() {
        for (String chart : List.of(REPORT.servedChart(), REPORT.wastedChart())) {
            Scenario.ALL.forEach(scenario -> assertEquals(
                    !scenario.hasConversations(), chart.contains(">" + scenario + "</text>"), scenario::name));
            assertTrue(chart.contains(">Keywheel</text>"));
        }
    }

    @Test
    void page_and_charts_are_written_as_files(@TempDir Path directory) throws IOException {
        Main.write(directory, REPORT, "## Several\n");

        assertEquals(REPORT.page() + "\n## Several\n", Files.readString(directory.resolve("rotation-figures.md")));
        assertEquals(REPORT.servedChart(), Files.readString(directory.resolve("rotation-served.svg")));
        assertEquals(REPORT.wastedChart(), Files.readString(directory.resolve("rotation-wasted.svg")));
    }

    @Test
    void median_worst_value_and_comparison_cover_all_seeds() {
        Scenario scenario = Scenario.OVERLOAD.lasting(Duration.ofMinutes(2));
        var results = new Results(List.of(scenario), 4, 3);
        List<Double> wasted = List.of(4, 5, 6).stream()
                .map(seed -> Column.WASTED.rank(Figures.of(scenario, Contender.ROUND_ROBIN, seed)))
                .sorted()
                .toList();
        var mostCalls = new Column("calls", _ -> "", figures -> -figures.calls(), 0, (_, _) -> true);

        assertEquals(wasted.get(1), Column.WASTED.rank(results.median(scenario, Contender.ROUND_ROBIN, Column.WASTED)));
        assertEquals(
                wasted.getLast(), Column.WASTED.rank(results.worst(scenario, Contender.ROUND_ROBIN, Column.WASTED)));
        assertEquals(3, results.timesBetter(scenario, Contender.ROUND_ROBIN, mostCalls));
    }

    @Test
    void comparisons_exclude_strategies_that_serve_too_few_requests() {
        assertTrue(Column.NEARLY_AS_MANY_SERVED.test(serving(79), serving(80)));
        assertTrue(!Column.NEARLY_AS_MANY_SERVED.test(serving(77), serving(80)));
        assertTrue(Column.ALL_SERVED.test(serving(100), serving(100)));
        assertTrue(!Column.ALL_SERVED.test(serving(99), serving(100)));
        assertTrue(!Column.ALL_SERVED.test(serving(100), serving(99)));
    }

    private static Figures serving(int ofAHundred) {
        return new Figures(
                100,
                ofAHundred,
                100,
                0,
                Duration.ZERO,
                Duration.ZERO,
                0,
                0,
                0,
                null,
                null,
                0,
                0,
                Duration.ZERO,
                Duration.ZERO);
    }
}
