package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Keywheel promises of its rotation, whatever the chance.
class MustShowTest {

    private static Figures ours(Scenario scenario, long seed) {
        return new Figures(scenario, Run.of(scenario, Contender.OURS, seed));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void at_90_percent_of_evenly_refilling_keys_everything_is_served_and_next_to_nothing_wasted(long seed) {
        servesEverythingAndWastesNextToNothing(ours(Scenarios.STEADY, seed));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void at_90_percent_of_keys_with_windows_everything_is_served_and_next_to_nothing_wasted(long seed) {
        servesEverythingAndWastesNextToNothing(ours(Scenarios.STEADY_WINDOWS, seed));
    }

    private static void servesEverythingAndWastesNextToNothing(Figures figures) {
        assertEquals(figures.requests(), figures.served());
        assertTrue(figures.wastedShare() <= 0.02, () -> "wasted: " + figures.wastedShare());
    }

    static Stream<Arguments> overloads() {
        return Stream.of(
                        Scenarios.OVERLOAD_WAITING,
                        Scenarios.OVERLOAD_WINDOWS,
                        Scenarios.OVERLOAD_SMALL,
                        Scenarios.OVERLOAD_SMALL_WINDOWS)
                .flatMap(scenario -> Stream.of(1L, 2L).map(seed -> Arguments.of(scenario, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("overloads")
    void at_150_percent_with_waiting_nearly_all_of_the_capacity_is_served(Scenario scenario, long seed) {
        Figures figures = ours(scenario, seed);

        assertTrue(figures.capacityShare() >= 0.95, () -> "of capacity: " + figures.capacityShare());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_dead_provider_costs_few_probes_and_is_used_again_soon(long seed) {
        Figures figures = ours(Scenarios.OUTAGE, seed);

        assertEquals(figures.requests(), figures.served());
        assertTrue(figures.firstProbes().orElseThrow() <= 12, () -> "probes: " + figures.firstProbes());
        assertTrue(
                figures.backAfter().orElseThrow().compareTo(Duration.ofSeconds(30)) <= 0,
                () -> "back after " + figures.backAfter());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_key_whose_day_is_used_up_is_asked_once_and_used_by_the_first_request_after_its_deadline(long seed) {
        Figures figures = ours(Scenarios.EXHAUSTED, seed);

        assertEquals(figures.requests(), figures.served());
        assertEquals(1, figures.probes().orElseThrow());
        assertEquals(1, figures.requestsUntilBack().orElseThrow());
    }
}
