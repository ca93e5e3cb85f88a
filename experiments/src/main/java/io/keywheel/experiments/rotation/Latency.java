package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.Random;

/// How long a provider takes to say what it says.
final class Latency {

    static final int MEDIAN_MILLIS = 400;
    private static final double SPREAD = 0.5;

    private final Random chance;
    private final Duration refusal;

    /// @param refusal how long a 429 takes at least; it may take twice as long
    Latency(Random chance, Duration refusal) {
        this.chance = chance;
        this.refusal = refusal;
    }

    Duration of(Reply reply) {
        return switch (reply) {
            case Reply.Answered _ -> millis(MEDIAN_MILLIS * StrictMath.exp(SPREAD * chance.nextGaussian()));
            case Reply.Limited _ -> millis((double) refusal.toMillis() * (1 + chance.nextDouble()));
            case Reply.Broken _ -> millis(2 + 6 * chance.nextDouble());
        };
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos((long) (millis * 1e6));
    }
}
