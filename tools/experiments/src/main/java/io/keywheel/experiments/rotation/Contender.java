package io.keywheel.experiments.rotation;

import io.keywheel.experiments.rule.FixedCooldown;
import io.keywheel.experiments.rule.Omniscient;
import io.keywheel.experiments.rule.Ours;
import io.keywheel.experiments.rule.ResetCooldown;
import io.keywheel.experiments.rule.RoundRobin;
import io.keywheel.experiments.rule.Rule;
import io.keywheel.experiments.rule.WeightedRandom;
import io.keywheel.experiments.world.Pool;
import java.time.Duration;
import java.util.Random;

/// The rules that are compared, each with the number of attempts that it has where it is used.
enum Contender {
    OURS("Keywheel", "the gateway's own policy", "every ready key once") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return new Ours(pool, patience, chance);
        }
    },
    ROUND_ROBIN("round robin", "the next key, without memory", "3: OpenAI's SDKs try again twice") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return new RoundRobin(pool.keys(), 3);
        }
    },
    WEIGHTED_RANDOM(
            "weighted random",
            "a random key that this request has not tried; no memory between requests",
            "every key once") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return new WeightedRandom(pool.keys(), chance);
        }
    },
    FIXED_5(
            "5 s cooldown",
            "the next key; a failed one is skipped for 5 s",
            "3: LiteLLM's default, as is its cooldown") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return new FixedCooldown(pool.keys(), 3, Duration.ofSeconds(5));
        }
    },
    FIXED_60("60 s cooldown", "the same with 60 s", "every key once that is not skipped") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return new FixedCooldown(pool.keys(), pool.keys().size(), Duration.ofSeconds(60));
        }
    },
    MAXIMUM_RESET(
            "maximum reset",
            "the next key; a failed one is skipped for the longest reset in its headers, or 5 s",
            "every key once that is not skipped") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return ResetCooldown.byMaximum(pool.keys());
        }
    },
    MINIMUM_RESET("minimum reset", "the same with the shortest", "every key once that is not skipped") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return ResetCooldown.byMinimum(pool.keys());
        }
    },
    OMNISCIENT("(oracle)", "sees the providers' counters, which no client can: the upper bound", "1") {
        @Override
        Rule rule(Pool pool, Duration patience, Random chance) {
            return new Omniscient(pool, patience);
        }
    };

    final String label;
    final String words;
    final String attempts;

    Contender(String label, String words, String attempts) {
        this.label = label;
        this.words = words;
        this.attempts = attempts;
    }

    /// Whether somebody uses it, or could.
    boolean isInTheField() {
        return this != OURS && this != OMNISCIENT;
    }

    abstract Rule rule(Pool pool, Duration patience, Random chance);
}
