package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Where ours claims to be at least as good as every rule of the field.
class FieldTest {

    /// Long enough to tell, where rules that knock make a hundred thousand calls.
    private static final Duration SHORT = Duration.ofMinutes(4);

    static Stream<Arguments> claims() {
        long seed = 1;
        return Stream.of(
                claim(seed, Scenarios.STEADY, Column.SERVED, Column.WASTED, Column.SPREAD),
                claim(seed, Scenarios.STEADY_WINDOWS, Column.SERVED, Column.WASTED),
                claim(seed, Scenarios.OVERLOAD, Column.CAPACITY),
                claim(seed, Scenarios.OVERLOAD_WAITING.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_MISJUDGED.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_SLOW_REFUSALS.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_SLOW_ANSWERS.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_MIXED.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_WINDOWS.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_SMALL.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.OVERLOAD_SMALL_WINDOWS.lasting(SHORT), Column.WASTED),
                claim(seed, Scenarios.EXHAUSTED, Column.SERVED, Column.WASTED, Column.PROBES, Column.BACK),
                claim(seed, Scenarios.SHARED, Column.SERVED, Column.WASTED),
                claim(seed, Scenarios.OUTAGE, Column.SERVED, Column.WASTED, Column.FIRST_PROBES, Column.PROBES),
                claim(seed, Scenarios.BURST, Column.SERVED, Column.WASTED, Column.TAIL));
    }

    private static Arguments claim(long seed, Scenario scenario, Column... columns) {
        return Arguments.of(scenario, seed, List.of(columns));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("claims")
    void no_rule_of_the_field_is_better(Scenario scenario, long seed, List<Column> columns) {
        Results results = Results.of(List.of(scenario), seed, 1, _ -> {});
        Figures ours = results.first(scenario, Contender.OURS);

        for (Column column : columns) {
            Arrays.stream(Contender.values()).filter(Contender::isInTheField).forEach(contender -> {
                Figures theirs = results.first(scenario, contender);
                assertTrue(
                        !column.isBetter(theirs, ours),
                        () -> column.head() + ": " + contender.label + " "
                                + column.cell(theirs) + ", ours "
                                + column.cell(ours));
            });
        }
    }
}
