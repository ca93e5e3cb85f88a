package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final Scenario SCENARIO = Scenarios.OVERLOAD.lasting(Duration.ofMinutes(2));

    private final Results results = Results.of(List.of(SCENARIO), 4, 3, _ -> {});

    private List<Double> sorted(Contender contender) {
        return results.all(SCENARIO, contender).stream()
                .map(Column.WASTED::rank)
                .sorted()
                .toList();
    }

    @Test
    void the_seeds_follow_one_another() {
        assertEquals(
                Stream.of(4, 5, 6)
                        .map(seed -> Run.figures(SCENARIO, Contender.FIXED_5, seed))
                        .toList(),
                results.all(SCENARIO, Contender.FIXED_5));
    }

    @Test
    void the_worst_is_that_of_the_unluckiest_seed() {
        Figures worst = results.worst(SCENARIO, Contender.ROUND_ROBIN, Column.WASTED);

        assertEquals(sorted(Contender.ROUND_ROBIN).getLast(), Column.WASTED.rank(worst));
    }

    @Test
    void the_median_is_that_of_the_seed_in_the_middle() {
        Figures median = results.median(SCENARIO, Contender.ROUND_ROBIN, Column.WASTED);

        assertTrue(sorted(Contender.ROUND_ROBIN).getFirst() < Column.WASTED.rank(median));
        assertEquals(sorted(Contender.ROUND_ROBIN).get(1), Column.WASTED.rank(median));
    }

    @Test
    void a_rule_is_compared_with_ours_seed_by_seed() {
        var fewestCalls = new Column("calls", _ -> "", Figures::calls, 0, "", Comparison.ALWAYS);
        var mostCalls = new Column("calls", _ -> "", figures -> -figures.calls(), 0, "", Comparison.ALWAYS);

        assertEquals(0, results.timesBetter(SCENARIO, Contender.ROUND_ROBIN, fewestCalls));
        assertEquals(3, results.timesBetter(SCENARIO, Contender.ROUND_ROBIN, mostCalls));
    }
}
