package io.keywheel.experiments.rotation;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// A figure as the tables show it.
///
/// @param head of the column
/// @param cell how it is written
/// @param worth the less, the better
/// @param tolerance differences up to this are none
/// @param comparison with another rule's
record Column(
        String head,
        Function<Figures, String> cell,
        ToDoubleFunction<Figures> worth,
        double tolerance,
        Comparison comparison) {

    static final Column SERVED = new Column(
            "served",
            figures -> "%d (%s)".formatted(figures.served(), percent(figures.servedShare())),
            figures -> -figures.servedShare(),
            0.0005,
            Comparison.ALWAYS);
    static final Column CAPACITY = new Column(
            "of capacity",
            figures -> percent(figures.capacityShare()),
            figures -> -figures.capacityShare(),
            0.005,
            Comparison.ALWAYS);
    static final Column WASTED = new Column(
            "wasted calls",
            figures -> "%d (%s)".formatted(figures.wasted(), percent(figures.wastedShare())),
            Figures::wastedShare,
            0.0005,
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column MEDIAN = new Column(
            "p50 delay",
            figures -> seconds(figures.delay(50)),
            figures -> inSeconds(figures.delay(50)),
            0.05,
            Comparison.IF_ALL_ARE_SERVED);
    static final Column TAIL = new Column(
            "p99 delay",
            figures -> seconds(figures.delay(99)),
            figures -> inSeconds(figures.delay(99)),
            0.05,
            Comparison.IF_ALL_ARE_SERVED);
    static final Column SPREAD = new Column(
            "max/min share",
            figures -> number(figures.spread()),
            Figures::spread,
            0.05,
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column FIRST_PROBES = new Column(
            "probes in 6 s",
            figures -> whole(figures.firstProbes()),
            figures -> (double) figures.firstProbes().orElse(0L),
            0,
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column PROBES = new Column(
            "probes in all",
            figures -> whole(figures.probes()),
            figures -> (double) figures.probes().orElse(0L),
            0,
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column BACK = new Column(
            "used again after",
            figures -> figures.backAfter().map(Column::seconds).orElse("never"),
            figures -> figures.backAfter().map(Column::inSeconds).orElse(Double.MAX_VALUE),
            0.05,
            Comparison.ALWAYS);
    static final Column REQUESTS_UNTIL_BACK = new Column(
            "by request",
            figures -> figures.requestsUntilBack().map(n -> "no. " + n).orElse("none"),
            _ -> 0,
            0,
            Comparison.NEVER);

    private static final List<Column> USUAL = List.of(SERVED, CAPACITY, WASTED, MEDIAN, TAIL, SPREAD);

    private static final List<Column> RECOVERING =
            List.of(SERVED, WASTED, TAIL, FIRST_PROBES, PROBES, BACK, REQUESTS_UNTIL_BACK);

    static List<Column> of(Scenario scenario) {
        return scenario.recovery() == null ? USUAL : RECOVERING;
    }

    /// Whether `other` is better than `ours`, where the two can be compared.
    boolean isBetter(Figures other, Figures ours) {
        return comparison.holds(other, ours) && rank(other) < rank(ours) - tolerance;
    }

    /// The less, the better.
    double rank(Figures figures) {
        return worth.applyAsDouble(figures);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", inSeconds(time));
    }

    private static double inSeconds(Duration time) {
        return (double) time.toMillis() / 1000;
    }

    private static String whole(Optional<Long> count) {
        return count.map(Object::toString).orElse("-");
    }
}
