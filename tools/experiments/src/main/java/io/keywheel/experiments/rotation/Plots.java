package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rotation.Journal.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/// The pictures of the experiment.
final class Plots {

    private static final int POINTS = 60;

    private static final List<Contender> SHOWN = Arrays.stream(Contender.values())
            .filter(contender -> contender != Contender.OMNISCIENT)
            .toList();

    private final Results results;

    Plots(Results results) {
        this.results = results;
    }

    /// By file name, as SVG.
    Map<String, String> all() {
        var plots = new LinkedHashMap<String, String>();
        plots.put("rotation-served.svg", served());
        plots.put("rotation-wasted.svg", wasted());
        plots.put("rotation-exhausted.svg", exhausted());
        plots.put("rotation-outage.svg", outage());
        plots.put("rotation-burst.svg", burst());
        return plots;
    }

    private String served() {
        return Plot.bars("Requests served, of 100", bars(Column.SERVED, Figures::servedShare));
    }

    private String wasted() {
        return Plot.bars("Upstream calls that brought no answer, of 100", bars(Column.WASTED, Figures::wastedShare));
    }

    private CategoryDataset bars(Column column, ToDoubleFunction<Figures> share) {
        var bars = new DefaultCategoryDataset();
        for (Scenario scenario : results.scenarios()) {
            for (Contender contender : SHOWN) {
                Figures figures = results.median(scenario, contender, column);
                bars.addValue(100 * share.applyAsDouble(figures), contender.label, scenario.name());
            }
        }
        return bars;
    }

    private String exhausted() {
        return Plot.lines(
                "Calls in vain, in all, while one key has used up its day",
                "seconds since the start",
                60,
                lines("exhausted", Pools.START, Duration.ofMinutes(12), call -> !call.answered()));
    }

    private String outage() {
        return Plot.lines(
                "Calls in vain, in all, to the provider that is down",
                "seconds since it failed",
                30,
                lines("outage", Pools.START.plus(Scenarios.GONE), Duration.ofMinutes(3), call -> !call.answered()));
    }

    private String burst() {
        return Plot.lines(
                "Requests answered, in all, since 200 came at once",
                "seconds since they came",
                10,
                lines("burst", Pools.START.plus(Duration.ofMinutes(1)), Duration.ofMinutes(1), Call::answered));
    }

    private XYDataset lines(String name, Instant from, Duration time, Predicate<Call> which) {
        var lines = new XYSeriesCollection();
        Scenario scenario = results.scenario(name);
        for (Contender contender : SHOWN) {
            // Played once more: the calls of all runs would fill the memory.
            List<Instant> moments = Run.of(scenario, contender, results.seed()).calls().stream()
                    .filter(which)
                    .map(Call::at)
                    .filter(at -> !at.isBefore(from))
                    .toList();
            var line = new XYSeries(contender.label);
            for (int i = 0; i <= POINTS; i++) {
                Duration since = time.multipliedBy(i).dividedBy(POINTS);
                long soFar = moments.stream()
                        .filter(at -> !at.isAfter(from.plus(since)))
                        .count();
                line.add((double) since.toMillis() / 1000, (double) soFar);
            }
            lines.addSeries(line);
        }
        return lines;
    }
}
