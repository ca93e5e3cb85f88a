package io.keywheel.experiments.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.experiments.rotation.Figures.Recovered;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Keywheel promises of its rotation, with each of these seeds.
class MustShowTest {

    private static final int SEEDS = 3;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    /// Further ones at which a request comes between the deadline of a key and the moment at which it is heard.
    static LongStream seedsAndLateOnes() {
        return LongStream.concat(seeds(), LongStream.of(14, 17, 33));
    }

    static Stream<Arguments> overloads() {
        return Scenarios.OVERLOADS_WAITING.stream()
                .flatMap(scenario -> seeds().mapToObj(seed -> Arguments.of(scenario, seed)));
    }

    static Stream<Arguments> toldOverloads() {
        return Scenarios.OVERLOADS_TOLD.stream()
                .flatMap(scenario -> seeds().mapToObj(seed -> Arguments.of(scenario, seed)));
    }

    private static Figures ours(Scenario scenario, long seed) {
        return Run.figures(scenario, Contender.OURS, seed);
    }

    private static Recovered recovered(Figures figures) {
        Recovered recovered = figures.recovered();
        assertNotNull(recovered);
        return recovered;
    }

    private static void assertNextToNothingWasted(Figures figures) {
        assertTrue(figures.wastedShare() <= 0.02, () -> "wasted: " + figures.wastedShare());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void at_90_percent_of_evenly_refilling_keys_everything_is_served_and_next_to_nothing_wasted(long seed) {
        Figures figures = ours(Scenarios.STEADY, seed);

        assertEquals(figures.requests(), figures.served());
        assertNextToNothingWasted(figures);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void at_90_percent_of_keys_with_windows_as_good_as_everything_is_served_and_next_to_nothing_wasted(long seed) {
        Figures figures = ours(Scenarios.STEADY_WINDOWS, seed);
        Figures most = Run.figures(Scenarios.STEADY_WINDOWS, Contender.OMNISCIENT, seed);

        assertTrue(
                figures.served() >= most.served() || figures.servedShare() >= 0.998,
                () -> "served: %d of %d, the omniscient %d"
                        .formatted(figures.served(), figures.requests(), most.served()));
        assertNextToNothingWasted(figures);
    }

    /// Here chance brings more in some minute than the minutes under way can give, or nearly so.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {25, 47, 50, 61, 104})
    void where_keys_with_windows_are_short_by_chance_hardly_less_is_served_than_could_be(long seed) {
        Figures figures = ours(Scenarios.STEADY_WINDOWS, seed);
        Figures most = Run.figures(Scenarios.STEADY_WINDOWS, Contender.OMNISCIENT, seed);

        assertTrue(
                figures.served() >= 0.995 * most.served(),
                () -> "served: %d, the omniscient %d".formatted(figures.served(), most.served()));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("overloads")
    void at_150_percent_with_waiting_nearly_all_of_the_capacity_is_served(Scenario scenario, long seed) {
        Figures figures = ours(scenario, seed);

        assertTrue(figures.capacityShare() >= 0.95, () -> "of capacity: " + figures.capacityShare());
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("toldOverloads")
    void at_150_percent_little_is_wasted_where_sizes_and_limits_are_known(Scenario scenario, long seed) {
        Figures figures = ours(scenario, seed);

        assertTrue(figures.wastedShare() <= 0.05, () -> "wasted: " + figures.wastedShare());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_dead_provider_costs_few_probes_and_is_used_again_soon(long seed) {
        Figures figures = ours(Scenarios.OUTAGE, seed);
        Recovered recovered = recovered(figures);

        assertEquals(figures.requests(), figures.served());
        assertTrue(recovered.firstProbes() <= 12, () -> "probes: " + recovered.firstProbes());
        assertNotNull(recovered.backAfter());
        assertTrue(
                recovered.backAfter().compareTo(Duration.ofSeconds(30)) <= 0,
                () -> "back after " + recovered.backAfter());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_dead_provider_costs_a_rule_without_memory_many_probes(long seed) {
        Figures figures = Run.figures(Scenarios.OUTAGE, Contender.WEIGHTED_RANDOM, seed);

        assertTrue(recovered(figures).firstProbes() > 60, figures::toString);
    }

    /// The deadline is heard one latency late: a request that comes in between goes elsewhere.
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seedsAndLateOnes")
    void a_key_whose_day_is_used_up_is_asked_once_and_used_within_one_request_of_its_deadline(long seed) {
        Figures figures = ours(Scenarios.EXHAUSTED, seed);
        Recovered recovered = recovered(figures);

        assertEquals(figures.requests(), figures.served());
        assertEquals(1, recovered.probes());
        assertNotNull(recovered.requestsUntilBack());
        assertTrue(recovered.requestsUntilBack() <= 2, () -> "by request no. " + recovered.requestsUntilBack());
    }
}
