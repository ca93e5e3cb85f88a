package io.keywheel.experiments;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// A column of the tables.
///
/// @param rank a lower rank is better
/// @param tolerance the largest difference of ranks that is ignored
/// @param comparison when the figure of another strategy, the first argument, can be compared with Keywheel's
record Column(
        String head,
        Function<Figures, String> cell,
        ToDoubleFunction<Figures> rank,
        double tolerance,
        BiPredicate<Figures, Figures> comparison) {

    private static final BiPredicate<Figures, Figures> ALWAYS = (_, _) -> true;
    private static final BiPredicate<Figures, Figures> NEVER = (_, _) -> false;

    /// A strategy that serves fewer requests needs fewer calls.
    static final BiPredicate<Figures, Figures> NEARLY_AS_MANY_SERVED =
            (other, keywheel) -> other.servedShare() >= keywheel.servedShare() - 0.02;

    /// A request that is never served has no delay.
    static final BiPredicate<Figures, Figures> ALL_SERVED =
            (other, keywheel) -> other.servedAll() && keywheel.servedAll();

    static final Column SERVED = new Column(
            "served",
            figures -> count(figures.served(), figures.servedShare()),
            figures -> -100 * figures.servedShare(),
            0.05,
            ALWAYS);
    static final Column CAPACITY = share("of capacity", Figures::capacityShare, ALWAYS);
    static final Column WASTED = new Column(
            "wasted calls",
            figures -> count(figures.wasted(), figures.wastedShare()),
            figures -> 100 * figures.wastedShare(),
            0.05,
            NEARLY_AS_MANY_SERVED);
    static final Column MEDIAN = time("p50 delay", Figures::median, ALL_SERVED);
    static final Column TAIL = time("p99 delay", Figures::tail, ALL_SERVED);
    static final Column SPREAD = new Column(
            "max/min share",
            figures -> String.format(Locale.ROOT, "%.2f", figures.spread()),
            Figures::spread,
            0.05,
            NEARLY_AS_MANY_SERVED);
    static final Column CACHED = share("cached", Figures::hitRate, NEARLY_AS_MANY_SERVED);
    static final Column CACHED_OF_ONE_KEY = share("of one key's", Figures::hitShare, NEVER);
    static final Column FIRST_TOKEN = time("p50 first token", Figures::firstToken, NEARLY_AS_MANY_SERVED);
    static final Column LATE_FIRST_TOKEN = time("p95 first token", Figures::lateFirstToken, NEARLY_AS_MANY_SERVED);
    static final Column FIRST_PROBES = probes("probes in 6 s", Figures::firstProbes);
    static final Column PROBES = probes("probes in all", Figures::probes);
    static final Column BACK = time("used again after", Figures::backAfter, ALWAYS);
    static final Column REQUESTS_UNTIL_BACK = new Column(
            "by request",
            figures -> figures.requestsUntilBack() == null ? "none" : "no. " + figures.requestsUntilBack(),
            figures -> figures.requestsUntilBack() == null ? Double.MAX_VALUE : figures.requestsUntilBack(),
            0,
            NEVER);

    private static final List<Column> USUAL = List.of(SERVED, CAPACITY, WASTED, MEDIAN, TAIL, SPREAD);
    private static final List<Column> CONVERSING =
            List.of(SERVED, CAPACITY, WASTED, CACHED, CACHED_OF_ONE_KEY, FIRST_TOKEN, LATE_FIRST_TOKEN, SPREAD);
    private static final List<Column> RECOVERING =
            List.of(SERVED, WASTED, TAIL, FIRST_PROBES, PROBES, BACK, REQUESTS_UNTIL_BACK);

    static List<Column> of(Scenario scenario) {
        if (scenario.hasConversations()) {
            return CONVERSING;
        }
        return scenario.recovery() == null ? USUAL : RECOVERING;
    }

    /// A column in which higher shares are better.
    private static Column share(
            String head, ToDoubleFunction<Figures> share, BiPredicate<Figures, Figures> comparison) {
        return new Column(
                head,
                figures -> percent(share.applyAsDouble(figures)),
                figures -> -100 * share.applyAsDouble(figures),
                0.5,
                comparison);
    }

    private static Column probes(String head, ToDoubleFunction<Figures> probes) {
        return new Column(
                head, figures -> Long.toString((long) probes.applyAsDouble(figures)), probes, 0, NEARLY_AS_MANY_SERVED);
    }

    private static Column time(
            String head, Function<Figures, @Nullable Duration> time, BiPredicate<Figures, Figures> comparison) {
        ToDoubleFunction<Figures> seconds = figures -> {
            Duration found = time.apply(figures);
            return found == null ? Double.MAX_VALUE : (double) found.toMillis() / 1000;
        };
        return new Column(
                head,
                figures -> time.apply(figures) == null
                        ? "never"
                        : String.format(Locale.ROOT, "%.2f s", seconds.applyAsDouble(figures)),
                seconds,
                0.05,
                comparison);
    }

    private static String count(int number, double share) {
        return number + " (" + percent(share) + ")";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    String cell(Figures figures) {
        return cell.apply(figures);
    }

    double rank(Figures figures) {
        return rank.applyAsDouble(figures);
    }

    /// Whether `other` is comparable with Keywheel's figure and better.
    boolean isBetter(Figures other, Figures keywheel) {
        return comparison.test(other, keywheel) && rank(other) < rank(keywheel) - tolerance;
    }
}
