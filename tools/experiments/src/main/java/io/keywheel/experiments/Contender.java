package io.keywheel.experiments;

import io.keywheel.experiments.simulation.Pool;
import io.keywheel.experiments.strategies.Baselines;
import io.keywheel.experiments.strategies.KeywheelStrategy;
import io.keywheel.experiments.strategies.Oracle;
import io.keywheel.experiments.strategies.Strategy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The compared strategies, each with its typical number of attempts.
enum Contender {
    KEYWHEEL("Keywheel", (pool, patience, random) -> keywheel(pool, patience, random, Duration.ofMinutes(5))),
    WITHOUT_AFFINITY("affinity off", (pool, patience, random) -> keywheel(pool, patience, random, Duration.ZERO)),
    STICKY("sticky until it fails", (pool, _, _) -> Baselines.sticky(pool.keys())),
    HASH("hash of the conversation", (pool, _, _) -> Baselines.conversationHash(pool.keys())),
    ROUND_ROBIN("round robin", (pool, _, _) -> Baselines.roundRobin(pool.keys(), 3)),
    WEIGHTED_RANDOM("weighted random", (pool, _, random) -> Baselines.weightedRandom(pool.keys(), random)),
    FIXED_5("5 s cooldown", (pool, _, _) -> Baselines.cooldown(pool.keys(), 3, Duration.ofSeconds(5))),
    FIXED_60(
            "60 s cooldown",
            (pool, _, _) -> Baselines.cooldown(pool.keys(), pool.keys().size(), Duration.ofSeconds(60))),
    MAXIMUM_RESET("maximum reset", (pool, _, _) -> Baselines.maximumReset(pool.keys())),
    MINIMUM_RESET("minimum reset", (pool, _, _) -> Baselines.minimumReset(pool.keys())),
    ORACLE("(oracle)", (pool, patience, _) -> new Oracle(pool, patience));

    interface Factory {
        Strategy strategy(Pool pool, Duration patience, Random random);
    }

    final String label;

    final Factory factory;

    Contender(String label, Factory factory) {
        this.label = label;
        this.factory = factory;
    }

    private static Strategy keywheel(Pool pool, Duration patience, Random random, Duration affinity) {
        return new KeywheelStrategy(pool, patience, random, affinity);
    }

    /// The strategies for `scenario`. Some are only for conversations, for which the oracle is omitted: it does
    /// not see caches and would be no upper bound.
    static List<Contender> in(Scenario scenario) {
        return scenario.hasConversations()
                ? List.of(KEYWHEEL, WITHOUT_AFFINITY, STICKY, HASH, ROUND_ROBIN)
                : Arrays.stream(values())
                        .filter(contender -> contender != WITHOUT_AFFINITY && contender != STICKY && contender != HASH)
                        .toList();
    }

    /// The strategies for `scenario` except Keywheel and the oracle.
    static List<Contender> others(Scenario scenario) {
        return in(scenario).stream()
                .filter(contender -> contender != KEYWHEEL && contender != ORACLE)
                .toList();
    }
}
