package io.keywheel.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the requirements stated in the documentation, by default on a part of each scenario and with the first seed.
class RequirementTest {

    /// Long enough to see a difference, where strategies without memory make a hundred thousand calls.
    private static final Duration SHORT = Duration.ofMinutes(2);

    /// Small limits refill within seconds, so a shorter time has enough requests.
    private static final List<Scenario> SMALL_LIMITS = List.of(Scenario.SMALL_LIMITS, Scenario.SMALL_LIMITS_SLOW);

    /// The limits refill continuously, so their use is the same in each part of the time.
    private static final List<Scenario> UNIFORM = List.of(
            Scenario.OVERLOAD,
            Scenario.WAITING,
            Scenario.MISJUDGED,
            Scenario.SLOW_REFUSALS,
            Scenario.SLOW_ANSWERS,
            Scenario.SMALL);

    private static final Map<String, Figures> TAKEN = new ConcurrentHashMap<>();

    /// With the first seed; taken once.
    private static Figures figures(Scenario scenario, Contender contender) {
        return TAKEN.computeIfAbsent(
                scenario.time() + scenario.name() + contender, _ -> Figures.of(scenario, contender, 1));
    }

    /// The part of `scenario` that shows what is required.
    private static Scenario part(Scenario scenario) {
        Scenario.Recovery recovery = scenario.recovery();
        if (recovery != null) {
            return scenario.lasting(recovery.backAt().plusMinutes(1));
        }
        int parts = SMALL_LIMITS.contains(scenario) ? 8 : UNIFORM.contains(scenario) ? 4 : 1;
        return scenario.lasting(scenario.time().dividedBy(parts));
    }

    private static Scenario during(Duration time, Scenario scenario) {
        return scenario.lasting(SMALL_LIMITS.contains(scenario) ? time.dividedBy(8) : time);
    }

    static Stream<Scenario> scenarios() {
        return Requirement.ALL.stream()
                .flatMap(requirement -> requirement.scenarios().stream())
                .distinct();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void keywheel_meets_its_requirements(Scenario scenario) {
        Scenario run = part(scenario);
        Figures keywheel = figures(run, Contender.KEYWHEEL);
        Figures oracle = figures(run, Contender.ORACLE);
        List<String> missed = Requirement.ALL.stream()
                .filter(requirement -> requirement.scenarios().contains(scenario))
                .filter(requirement -> !requirement.isMet().test(keywheel, oracle))
                .map(requirement ->
                        requirement.what() + ": " + requirement.column().cell(keywheel))
                .toList();
        assertEquals(List.of(), missed);
    }

    /// With these seeds, more requests arrive in some minute than the current minutes can give, or nearly so.
    @ParameterizedTest
    @ValueSource(longs = {25, 47, 50, 61, 104})
    void overbooked_windows_serve_at_least_99_5_percent_of_the_oracle(long seed) {
        Figures keywheel = Figures.of(Scenario.STEADY_WINDOWS, Contender.KEYWHEEL, seed);
        Figures oracle = Figures.of(Scenario.STEADY_WINDOWS, Contender.ORACLE, seed);

        assertTrue(keywheel.served() >= 0.995 * oracle.served(), keywheel::toString);
    }

    /// With the last three, a request arrives between a key's deadline and the answer that reports it.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 14, 17, 33})
    void key_with_an_exhausted_day_is_probed_once_and_used_after_its_reset(long seed) {
        Figures keywheel = Figures.of(part(Scenario.EXHAUSTED), Contender.KEYWHEEL, seed);

        assertTrue(keywheel.servedAll());
        assertEquals(1, keywheel.probes());
        assertTrue(keywheel.requestsUntilBack() != null && keywheel.requestsUntilBack() <= 2, keywheel::toString);
    }

    @Test
    void outage_fails_no_request_and_needs_at_most_12_first_probes() {
        Figures keywheel = figures(part(Scenario.OUTAGE), Contender.KEYWHEEL);
        Figures random = figures(part(Scenario.OUTAGE), Contender.WEIGHTED_RANDOM);

        assertTrue(keywheel.servedAll());
        assertTrue(keywheel.firstProbes() <= 12, keywheel::toString);
        assertTrue(random.firstProbes() > 60, random::toString);
    }

    static Stream<Arguments> comparisons() {
        return Stream.concat(
                Scenario.OVERLOADS_WAITING.stream()
                        .map(scenario -> Arguments.of(during(SHORT, scenario), List.of(Column.WASTED))),
                Stream.of(
                        Arguments.of(Scenario.STEADY, List.of(Column.SERVED, Column.WASTED, Column.SPREAD)),
                        Arguments.of(Scenario.STEADY_WINDOWS, List.of(Column.SERVED, Column.WASTED)),
                        Arguments.of(part(Scenario.OVERLOAD), List.of(Column.CAPACITY)),
                        Arguments.of(
                                part(Scenario.EXHAUSTED),
                                List.of(Column.SERVED, Column.WASTED, Column.PROBES, Column.BACK)),
                        Arguments.of(Scenario.SHARED, List.of(Column.SERVED, Column.WASTED)),
                        Arguments.of(
                                part(Scenario.OUTAGE),
                                List.of(Column.SERVED, Column.WASTED, Column.FIRST_PROBES, Column.PROBES)),
                        Arguments.of(
                                Scenario.CONVERSATIONS_GROQ,
                                List.of(Column.SERVED, Column.CAPACITY, Column.WASTED, Column.FIRST_TOKEN)),
                        Arguments.of(Scenario.CONVERSATIONS_CEREBRAS, List.of(Column.SERVED, Column.WASTED)),
                        Arguments.of(Scenario.BURST, List.of(Column.SERVED, Column.WASTED, Column.TAIL))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void no_other_strategy_is_better(Scenario scenario, List<Column> columns) {
        Figures keywheel = figures(scenario, Contender.KEYWHEEL);
        for (Contender other : Contender.others(scenario)) {
            Figures theirs = figures(scenario, other);
            for (Column column : columns) {
                assertTrue(
                        !column.isBetter(theirs, keywheel),
                        () -> "%s: %s %s, Keywheel %s"
                                .formatted(column.head(), other.label, column.cell(theirs), column.cell(keywheel)));
            }
        }
    }
}
