package io.keywheel.experiments;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The strategies that are compared, each with the number of attempts that it has where it is used.
enum Contender {
    KEYWHEEL("Keywheel", KeywheelStrategy::new),
    ROUND_ROBIN("round robin", (pool, _, _) -> new RoundRobin(pool.keys(), 3)),
    WEIGHTED_RANDOM("weighted random", (pool, _, random) -> new WeightedRandom(pool.keys(), random)),
    FIXED_5("5 s cooldown", (pool, _, _) -> Cooldown.fixed(pool.keys(), 3, Duration.ofSeconds(5))),
    FIXED_60(
            "60 s cooldown",
            (pool, _, _) -> Cooldown.fixed(pool.keys(), pool.keys().size(), Duration.ofSeconds(60))),
    MAXIMUM_RESET("maximum reset", (pool, _, _) -> Cooldown.byMaximumReset(pool.keys())),
    MINIMUM_RESET("minimum reset", (pool, _, _) -> Cooldown.byMinimumReset(pool.keys())),
    ORACLE("(oracle)", (pool, patience, _) -> new Oracle(pool, patience));

    /// Creates a strategy for one run.
    interface Factory {
        Strategy strategy(Pool pool, Duration patience, Random random);
    }

    final String label;

    @SuppressWarnings("ImmutableEnumChecker") // References without state.
    final Factory factory;

    Contender(String label, Factory factory) {
        this.label = label;
        this.factory = factory;
    }

    /// All but Keywheel and the oracle.
    static List<Contender> others() {
        return Arrays.stream(values())
                .filter(contender -> contender != KEYWHEEL && contender != ORACLE)
                .toList();
    }
}
