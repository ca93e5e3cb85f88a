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
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;

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
        plots.put("rotation-served.svg", Plot.svg(served()));
        plots.put("rotation-wasted.svg", Plot.svg(wasted()));
        plots.put("rotation-exhausted.svg", Plot.svg(exhausted()));
        plots.put("rotation-outage.svg", Plot.svg(outage()));
        plots.put("rotation-burst.svg", Plot.svg(burst()));
        return plots;
    }

    private CategoryChart served() {
        return withBars(
                Plot.bars("Requests served", "", "of 100 requests"),
                List.of("steady-windows", "overload", "shared", "burst"),
                Figures::servedShare);
    }

    private CategoryChart wasted() {
        return withBars(
                Plot.bars("Upstream calls that brought no answer", "", "of 100 calls"),
                List.of("steady-windows", "overload", "overload-waiting", "shared", "burst"),
                Figures::wastedShare);
    }

    private CategoryChart withBars(CategoryChart chart, List<String> scenarios, ToDoubleFunction<Figures> share) {
        List<String> labels = SHOWN.stream().map(contender -> contender.label).toList();
        for (String name : scenarios) {
            Scenario scenario = results.scenario(name);
            List<Double> values = SHOWN.stream()
                    .map(contender -> 100 * share.applyAsDouble(results.figures(scenario, contender)))
                    .toList();
            chart.addSeries(name, labels, values);
        }
        chart.getStyler().setYAxisMax(100.0);
        return chart;
    }

    private XYChart exhausted() {
        XYChart chart = Plot.lines(
                "Calls to the key that has used up its day", "seconds since the start", "calls in vain, in all");
        return withLines(chart, "exhausted", Pools.START, Duration.ofMinutes(12), call -> !call.answered());
    }

    private XYChart outage() {
        XYChart chart =
                Plot.lines("Calls to the provider that is down", "seconds since it failed", "calls in vain, in all");
        return withLines(
                chart,
                "outage",
                Pools.START.plus(Duration.ofMinutes(5)),
                Duration.ofMinutes(6),
                call -> !call.answered());
    }

    private XYChart burst() {
        XYChart chart =
                Plot.lines("200 requests at once", "seconds since they came", "requests answered since, in all");
        return withLines(
                chart, "burst", Pools.START.plus(Duration.ofMinutes(1)), Duration.ofMinutes(1), Call::answered);
    }

    private XYChart withLines(XYChart chart, String scenario, Instant from, Duration time, Predicate<Call> which) {
        for (Contender contender : SHOWN) {
            List<Instant> moments = results.figures(results.scenario(scenario), contender).journal().calls().stream()
                    .filter(which)
                    .map(Call::at)
                    .filter(at -> !at.isBefore(from))
                    .toList();
            double[] x = new double[POINTS + 1];
            double[] y = new double[POINTS + 1];
            for (int i = 0; i <= POINTS; i++) {
                Duration since = time.multipliedBy(i).dividedBy(POINTS);
                x[i] = (double) since.toMillis() / 1000;
                y[i] = moments.stream()
                        .filter(at -> !at.isAfter(from.plus(since)))
                        .count();
            }
            Plot.addLine(chart, contender.label, x, y, contender == Contender.OURS);
        }
        return chart;
    }
}
