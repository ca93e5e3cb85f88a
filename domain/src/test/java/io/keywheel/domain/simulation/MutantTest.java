package io.keywheel.domain.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.simulation.Promise.Violation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A referee that nobody fools: each way to break a promise is seen, and shown in a few lines.
class MutantTest {

    private static final int SEEDS = 100;

    @ParameterizedTest
    @EnumSource
    void is_seen_to_break_its_promise(Mutant mutant) {
        var seen = EnumSet.noneOf(Promise.class);
        for (int seed = 1; seed <= SEEDS && !seen.contains(mutant.broken()); seed++) {
            Violation violation = run(Scenarios.ofSeed(seed), mutant);
            Violation inAnyWorld = HostileRun.run(seed, mutant::of);
            if (violation != null) {
                seen.add(violation.promise());
            }
            if (inAnyWorld != null) {
                seen.add(inAnyWorld.promise());
            }
        }

        assertTrue(seen.contains(mutant.broken()), () -> "seen: " + seen);
    }

    @Test
    void there_is_one_for_every_promise() {
        assertEquals(
                EnumSet.allOf(Promise.class),
                Arrays.stream(Mutant.values())
                        .map(Mutant::broken)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Promise.class))));
    }

    @Test
    void is_shown_in_a_few_lines() {
        Scenario scenario = Scenarios.ofSeed(1);
        Violation violation = Objects.requireNonNull(run(scenario, Mutant.IGNORES_RESTS));

        Scenario smallest = Shrinker.shrink(scenario, Mutant.IGNORES_RESTS::of, violation);
        List<String> story = Shrinker.story(smallest, Mutant.IGNORES_RESTS::of);

        assertTrue(scenario.requests().size() > 100);
        assertTrue(story.size() <= 10, () -> String.join("\n", story));
        assertTrue(story.getLast().startsWith(violation.promise() + " is broken"), story::getLast);
    }

    private static @Nullable Violation run(Scenario scenario, Mutant mutant) {
        return Simulation.run(scenario, mutant::of, Story.untold(), new Coverage());
    }
}
