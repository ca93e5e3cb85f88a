package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Where ours claims to be at least as good as every rule of the field.
class FieldTest {

    static Stream<Arguments> claims() {
        return Stream.of(1L, 2L, 3L)
                .flatMap(seed -> Stream.of(
                        Arguments.of(Scenarios.STEADY, seed, List.of(Column.SERVED, Column.WASTED, Column.SPREAD)),
                        Arguments.of(Scenarios.STEADY_WINDOWS, seed, List.of(Column.SERVED)),
                        Arguments.of(
                                Scenarios.EXHAUSTED,
                                seed,
                                List.of(Column.SERVED, Column.WASTED, Column.PROBES, Column.BACK)),
                        Arguments.of(Scenarios.SHARED, seed, List.of(Column.SERVED)),
                        Arguments.of(
                                Scenarios.OUTAGE, seed, List.of(Column.SERVED, Column.WASTED, Column.FIRST_PROBES))));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("claims")
    void no_rule_of_the_field_is_better(Scenario scenario, long seed, List<Column> columns) {
        Results results = Results.of(List.of(scenario), seed);
        Figures ours = results.figures(scenario, Contender.OURS);

        for (Column column : columns) {
            Arrays.stream(Contender.values()).filter(Contender::isInTheField).forEach(contender -> {
                Figures theirs = results.figures(scenario, contender);
                assertTrue(
                        !column.isBetter(theirs, ours),
                        () -> column.head() + ": " + contender.label + " "
                                + column.cell().apply(theirs) + ", ours "
                                + column.cell().apply(ours));
            });
        }
    }
}
