package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.Random;

/// How long a provider takes to say what it says.
final class Latency {

    static final int MEDIAN_MILLIS = 400;
    static final int LEAST_OF_A_REFUSAL_MILLIS = 30;
    static final int MOST_OF_A_REFUSAL_MILLIS = 60;
    private static final double SPREAD = 0.5;

    private final Random chance;

    Latency(Random chance) {
        this.chance = chance;
    }

    Duration of(Reply reply) {
        return switch (reply) {
            case Reply.Answered _ -> millis(MEDIAN_MILLIS * StrictMath.exp(SPREAD * chance.nextGaussian()));
            case Reply.Limited _ ->
                millis(LEAST_OF_A_REFUSAL_MILLIS
                        + (MOST_OF_A_REFUSAL_MILLIS - LEAST_OF_A_REFUSAL_MILLIS) * chance.nextDouble());
            case Reply.Broken _ -> millis(2 + 6 * chance.nextDouble());
        };
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos((long) (millis * 1e6));
    }
}
