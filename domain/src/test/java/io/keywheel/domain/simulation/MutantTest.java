package io.keywheel.domain.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.domain.simulation.Invariant.Violation;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Shows that the simulation can fail: with its own seeds, it finds each mutant of the rotation.
@Execution(CONCURRENT)
class MutantTest {

    @ParameterizedTest
    @EnumSource
    void simulation_finds_each_mutant(Mutant mutant) {
        Stream<Invariant> found = SimulationTest.seeds()
                .boxed()
                .flatMap(seed -> Stream.<Supplier<@Nullable Violation>>of(
                        () -> Simulation.run(Scenarios.ofSeed(seed), mutant::of, null),
                        () -> HostileRun.run(seed, mutant::of)))
                .flatMap(run -> Stream.ofNullable(run.get()))
                .map(Violation::invariant);

        assertTrue(found.anyMatch(mutant.violated()::equals));
    }

    @Test
    void every_invariant_is_violated_by_a_mutant() {
        var violated = EnumSet.noneOf(Invariant.class);
        Stream.of(Mutant.values()).map(Mutant::violated).forEach(violated::add);

        assertEquals(EnumSet.allOf(Invariant.class), violated);
    }

    @Test
    void shrinker_reduces_a_violation_to_15_lines_at_most() {
        List<String> story = Shrinker.story(Scenarios.ofSeed(8), Mutant.IGNORES_COOLDOWNS::of);

        assertTrue(story.size() <= 15, () -> String.join("\n", story));
        assertTrue(story.getLast().startsWith("ASKS_NO_COOLING_KEY is violated"), story::getLast);
    }
}
