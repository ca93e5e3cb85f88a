package io.keywheel.experiments.rotation;

import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What Keywheel must show, with every seed.
///
/// @param words for what is measured
/// @param bound in words
/// @param scenarios in each of which it must be kept
/// @param kept whether our figures keep it, beside those of who knows everything
record Promise(
        String words, String bound, List<Scenario> scenarios, Column column, BiPredicate<Figures, Figures> kept) {

    private static final double LEAST_SERVED_OF_WINDOWS = 0.998;
    private static final double MOST_WASTED = 0.02;
    private static final double MOST_WASTED_IN_OVERLOAD = 0.05;
    private static final double LEAST_OF_CAPACITY = 0.95;
    private static final long MOST_PROBES = 12;
    private static final Duration LATEST_RETURN = Duration.ofSeconds(30);
    private static final long LATEST_REQUEST = 2;

    static final List<Promise> ALL = List.of(
            new Promise(
                    "at 90 % of the pooled capacity, evenly refilling: requests served",
                    "all", List.of(Scenarios.STEADY), Column.SERVED, ours(Figures::servedAll)),
            new Promise(
                    "at 90 % of the pooled capacity, minute by minute: requests served",
                    "all that the oracle serves, or 99.8 %",
                    List.of(Scenarios.STEADY_WINDOWS),
                    Column.SERVED,
                    (ours, most) -> ours.served() >= most.served() || ours.servedShare() >= LEAST_SERVED_OF_WINDOWS),
            new Promise(
                    "at 90 % of the pooled capacity: upstream calls wasted",
                    "at most 2 %",
                    List.of(Scenarios.STEADY, Scenarios.STEADY_WINDOWS),
                    Column.WASTED,
                    ours(figures -> figures.wastedShare() <= MOST_WASTED)),
            new Promise(
                    "at 150 %, with waiting: served of what the limits can give",
                    "at least 95 %",
                    Scenarios.OVERLOADS_WAITING,
                    Column.CAPACITY,
                    ours(figures -> figures.capacityShare() >= LEAST_OF_CAPACITY)),
            new Promise(
                    "the same, where sizes and limits are known: upstream calls wasted",
                    "at most 5 %",
                    Scenarios.OVERLOADS_TOLD,
                    Column.WASTED,
                    ours(figures -> figures.wastedShare() <= MOST_WASTED_IN_OVERLOAD)),
            new Promise(
                    "a dead provider: calls to it in its first 6 s",
                    "at most 12",
                    List.of(Scenarios.OUTAGE),
                    Column.FIRST_PROBES,
                    recovered(it -> it.firstProbes() <= MOST_PROBES)),
            new Promise(
                    "a dead provider: used again after its return",
                    "within 30 s",
                    List.of(Scenarios.OUTAGE),
                    Column.BACK,
                    recovered(it -> isWithin(LATEST_RETURN, it.backAfter()))),
            new Promise(
                    "a recovered key: used after its deadline",
                    "within one request: by no. 2",
                    List.of(Scenarios.EXHAUSTED),
                    Column.REQUESTS_UNTIL_BACK,
                    recovered(it -> isAtMost(LATEST_REQUEST, it.requestsUntilBack()))));

    private static BiPredicate<Figures, Figures> ours(Predicate<Figures> kept) {
        return (ours, _) -> kept.test(ours);
    }

    private static BiPredicate<Figures, Figures> recovered(Predicate<Figures.Recovered> kept) {
        return (ours, _) -> ours.recovered() != null && kept.test(ours.recovered());
    }

    private static boolean isWithin(Duration most, @Nullable Duration time) {
        return time != null && time.compareTo(most) <= 0;
    }

    private static boolean isAtMost(long most, @Nullable Long number) {
        return number != null && number <= most;
    }

    /// All of them and the worst that was measured, in Markdown.
    static String table(Results results) {
        return "| what | must be | measured, at worst | kept |\n|---|---|---|---|\n"
                + ALL.stream().map(promise -> promise.line(results)).collect(Collectors.joining());
    }

    private String line(Results results) {
        List<Scenario> played = scenarios.stream()
                .map(scenario -> results.scenario(scenario.name()))
                .toList();
        String measured = played.stream()
                .map(scenario ->
                        "`" + scenario.name() + "` " + column.cell(results.worst(scenario, Contender.OURS, column)))
                .collect(Collectors.joining(", "));
        boolean always = played.stream().allMatch(scenario -> isKept(results, scenario));
        return "| %s | %s | %s | %s |%n".formatted(words, bound, measured, always ? "yes" : "**no**");
    }

    private boolean isKept(Results results, Scenario scenario) {
        List<Figures> ours = results.all(scenario, Contender.OURS);
        List<Figures> most = results.all(scenario, Contender.OMNISCIENT);
        return IntStream.range(0, ours.size()).allMatch(i -> kept.test(ours.get(i), most.get(i)));
    }
}
