package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rotation.Figures.Recovered;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A figure as the tables show it.
///
/// @param head of the column
/// @param cell how it is written
/// @param rank the less, the better
/// @param tolerance differences up to this are none
/// @param unit of rank and tolerance
/// @param comparison with another rule's
record Column(
        String head,
        Function<Figures, String> cell,
        ToDoubleFunction<Figures> rank,
        double tolerance,
        String unit,
        Comparison comparison) {

    private static final String POINTS = " in 100";
    private static final String SECONDS = " s";

    static final Column SERVED = new Column(
            "served",
            figures -> "%d (%s)".formatted(figures.served(), percent(figures.servedShare())),
            figures -> -100 * figures.servedShare(),
            0.05,
            POINTS,
            Comparison.ALWAYS);
    static final Column CAPACITY = new Column(
            "of capacity",
            figures -> percent(figures.capacityShare()),
            figures -> -100 * figures.capacityShare(),
            0.5,
            POINTS,
            Comparison.ALWAYS);
    static final Column WASTED = new Column(
            "wasted calls",
            figures -> "%d (%s)".formatted(figures.wasted(), percent(figures.wastedShare())),
            figures -> 100 * figures.wastedShare(),
            0.05,
            POINTS,
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column MEDIAN = new Column(
            "p50 delay",
            figures -> seconds(figures.median()),
            figures -> inSeconds(figures.median()),
            0.05,
            SECONDS,
            Comparison.IF_ALL_ARE_SERVED);
    static final Column TAIL = new Column(
            "p99 delay",
            figures -> seconds(figures.tail()),
            figures -> inSeconds(figures.tail()),
            0.05,
            SECONDS,
            Comparison.IF_ALL_ARE_SERVED);
    static final Column SPREAD = new Column(
            "max/min share",
            figures -> number(figures.spread()),
            Figures::spread,
            0.05,
            "",
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column FIRST_PROBES = new Column(
            "probes in 6 s",
            figures -> Long.toString(recovered(figures).firstProbes()),
            figures -> (double) recovered(figures).firstProbes(),
            0,
            "",
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column PROBES = new Column(
            "probes in all",
            figures -> Long.toString(recovered(figures).probes()),
            figures -> (double) recovered(figures).probes(),
            0,
            "",
            Comparison.IF_NEARLY_AS_MANY_ARE_SERVED);
    static final Column BACK = new Column(
            "used again after",
            figures -> or("never", recovered(figures).backAfter(), Column::seconds),
            figures -> or(Double.MAX_VALUE, recovered(figures).backAfter(), Column::inSeconds),
            0.05,
            SECONDS,
            Comparison.ALWAYS);
    static final Column REQUESTS_UNTIL_BACK = new Column(
            "by request",
            figures -> or("none", recovered(figures).requestsUntilBack(), number -> "no. " + number),
            figures -> or(Double.MAX_VALUE, recovered(figures).requestsUntilBack(), Long::doubleValue),
            0,
            "",
            Comparison.NEVER);

    private static final List<Column> USUAL = List.of(SERVED, CAPACITY, WASTED, MEDIAN, TAIL, SPREAD);

    private static final List<Column> RECOVERING =
            List.of(SERVED, WASTED, TAIL, FIRST_PROBES, PROBES, BACK, REQUESTS_UNTIL_BACK);

    static List<Column> of(Scenario scenario) {
        return scenario.recovery() == null ? USUAL : RECOVERING;
    }

    /// What is a difference in which column, in words.
    static String tolerances() {
        return Stream.concat(USUAL.stream(), Stream.of(BACK))
                .map(column -> "*%s* %s%s".formatted(column.head, number(column.tolerance), column.unit))
                .collect(Collectors.joining(", "));
    }

    /// Whether `other` is better than `ours`, where the two can be compared.
    boolean isBetter(Figures other, Figures ours) {
        return comparison.holds(other, ours) && rank(other) < rank(ours) - tolerance;
    }

    double rank(Figures figures) {
        return rank.applyAsDouble(figures);
    }

    String cell(Figures figures) {
        return cell.apply(figures);
    }

    static String percent(double share) {
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

    private static Recovered recovered(Figures figures) {
        return Objects.requireNonNull(figures.recovered());
    }

    private static <T, R> R or(R otherwise, @Nullable T value, Function<T, R> words) {
        return value == null ? otherwise : words.apply(value);
    }
}
