package io.keywheel.experiments.rotation;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What Keywheel must show.
///
/// @param words for what is measured
/// @param bound in words
/// @param scenarios in each of which it must be kept
record Promise(String words, String bound, List<Scenario> scenarios, Column column, Predicate<Figures> kept) {

    private static final double MOST_WASTED = 0.02;
    private static final double LEAST_OF_CAPACITY = 0.95;
    private static final long MOST_PROBES = 12;
    private static final Duration LATEST_RETURN = Duration.ofSeconds(30);

    static final List<Promise> ALL = List.of(
            new Promise(
                    "at 90 % of the pooled capacity: requests served",
                    "all",
                    List.of(Scenarios.STEADY, Scenarios.STEADY_WINDOWS),
                    Column.SERVED,
                    figures -> figures.served() == figures.requests()),
            new Promise(
                    "at 90 % of the pooled capacity: upstream calls wasted",
                    "at most 2 %",
                    List.of(Scenarios.STEADY, Scenarios.STEADY_WINDOWS),
                    Column.WASTED,
                    figures -> figures.wastedShare() <= MOST_WASTED),
            new Promise(
                    "at 150 %, with waiting: served of what the limits can give",
                    "at least 95 %",
                    List.of(
                            Scenarios.OVERLOAD_WAITING,
                            Scenarios.OVERLOAD_WINDOWS,
                            Scenarios.OVERLOAD_SMALL,
                            Scenarios.OVERLOAD_SMALL_WINDOWS),
                    Column.CAPACITY,
                    figures -> figures.capacityShare() >= LEAST_OF_CAPACITY),
            new Promise(
                    "a dead provider: calls to it in its first 6 s",
                    "at most 12",
                    List.of(Scenarios.OUTAGE),
                    Column.FIRST_PROBES,
                    figures -> figures.firstProbes().orElseThrow() <= MOST_PROBES),
            new Promise(
                    "a dead provider: used again after its return",
                    "within 30 s",
                    List.of(Scenarios.OUTAGE),
                    Column.BACK,
                    figures -> figures.backAfter()
                            .filter(time -> time.compareTo(LATEST_RETURN) <= 0)
                            .isPresent()),
            new Promise(
                    "a recovered key: used after its deadline",
                    "by the first request",
                    List.of(Scenarios.EXHAUSTED),
                    Column.REQUESTS_UNTIL_BACK,
                    figures -> figures.requestsUntilBack().filter(n -> n == 1).isPresent()));

    /// All of them and what was measured, in Markdown.
    static String table(Results results) {
        return "| what | must be | measured | kept |\n|---|---|---|---|\n"
                + ALL.stream().map(promise -> promise.line(results)).collect(Collectors.joining());
    }

    private String line(Results results) {
        String measured = scenarios.stream()
                .map(scenario -> "`" + scenario.name() + "` " + column.cell().apply(ours(results, scenario)))
                .collect(Collectors.joining(", "));
        boolean all = scenarios.stream().allMatch(scenario -> kept.test(ours(results, scenario)));
        return "| %s | %s | %s | %s |%n".formatted(words, bound, measured, all ? "yes" : "**no**");
    }

    private static Figures ours(Results results, Scenario scenario) {
        return results.figures(results.scenario(scenario.name()), Contender.OURS);
    }
}
