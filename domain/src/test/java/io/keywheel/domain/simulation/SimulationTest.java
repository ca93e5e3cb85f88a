package io.keywheel.domain.simulation;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/// Runs a scenario for each seed. `-Dkeywheel.simulation.seeds=…` raises their number, and
/// `-Dkeywheel.simulation.seed=…` sets the first one. A run of more than five minutes also needs `-Dtests.timeout`.
@Execution(CONCURRENT)
class SimulationTest {

    /// Scenarios from this seed on find rare mutants early.
    private static final long FIRST_SEED = Long.getLong("keywheel.simulation.seed", 74);
    private static final long SEEDS = Long.getLong("keywheel.simulation.seeds", 25);

    @Test
    void rotation_keeps_its_invariants_in_random_scenarios() {
        seeds().forEach(seed -> {
            Scenario scenario = Scenarios.ofSeed(seed);
            if (Simulation.run(scenario, Rotation::new, null) != null) {
                fail("seed " + seed + ":\n" + String.join("\n", Shrinker.story(scenario, Rotation::new)));
            }
        });
    }

    @Test
    void cooldowns_stay_bounded_under_hostile_clients_and_providers() {
        seeds().forEach(seed -> assertNull(HostileRun.run(seed, Rotation::new), () -> "seed " + seed));
    }

    /// Each mutant is found with one of them.
    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
    }
}
