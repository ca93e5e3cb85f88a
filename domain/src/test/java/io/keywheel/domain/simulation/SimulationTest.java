package io.keywheel.domain.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.keywheel.domain.simulation.Promise.Violation;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// As many steps as the suite has time for; millions by `-Dkeywheel.simulation.steps=…`, from
/// `-Dkeywheel.simulation.seed=…` on.
class SimulationTest {

    private static final long STEPS = Long.getLong("keywheel.simulation.steps", 400_000);
    private static final long HOSTILE_RUNS = STEPS / 2000;
    private static final long FIRST_SEED = Long.getLong("keywheel.simulation.seed", 1);

    @Test
    void keeps_its_promises_whatever_happens() {
        var coverage = new Coverage();
        for (long seed = FIRST_SEED; coverage.steps() < STEPS; seed++) {
            Scenario scenario = Scenarios.ofSeed(seed);
            Violation violation = Simulation.run(scenario, Rotation.OfWheel::new, Story.untold(), coverage);
            if (violation != null) {
                Scenario smallest = Shrinker.shrink(scenario, Rotation.OfWheel::new, violation);
                fail("seed " + seed + ":\n" + String.join("\n", Shrinker.story(smallest, Rotation.OfWheel::new)));
            }
        }

        assertEquals(Set.of(), coverage.missing(), coverage::toString);
    }

    @Test
    void keeps_its_bounds_whatever_is_said_to_it() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + HOSTILE_RUNS; seed++) {
            Violation violation = HostileRun.run(seed, Rotation.OfWheel::new);
            if (violation != null) {
                fail("seed " + seed, violation);
            }
        }
    }
}
