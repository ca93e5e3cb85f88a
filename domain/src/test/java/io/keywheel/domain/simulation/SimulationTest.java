package io.keywheel.domain.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs a bounded number of steps. `-Dkeywheel.simulation.steps=…` raises it, and
/// `-Dkeywheel.simulation.seed=…` sets the first seed.
class SimulationTest {

    private static final long STEPS = Long.getLong("keywheel.simulation.steps", 200_000);
    private static final long HOSTILE_RUNS = STEPS / 2000;
    private static final long FIRST_SEED = Long.getLong("keywheel.simulation.seed", 1);

    @Test
    void rotation_keeps_its_invariants_in_random_scenarios() {
        var coverage = new Coverage();
        for (long seed = FIRST_SEED; coverage.steps() < STEPS; seed++) {
            Scenario scenario = Scenarios.ofSeed(seed);
            if (Simulation.run(scenario, Rotation::new, coverage, null) != null) {
                fail("seed " + seed + ":\n" + String.join("\n", Shrinker.story(scenario, Rotation::new)));
            }
        }

        assertEquals(List.of(), coverage.missing(), coverage::toString);
    }

    @Test
    void cooldowns_stay_bounded_under_hostile_clients_and_providers() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + HOSTILE_RUNS; seed++) {
            long failing = seed;
            assertNull(HostileRun.run(seed, Rotation::new), () -> "seed " + failing);
        }
    }
}
