package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.Random;

/// How long a provider takes to say what it says.
final class Latency {

    private static final double SPREAD = 0.5;

    /// A stream's first content comes after this part of the time that all of it takes.
    private static final int BEFORE_CONTENT = 20;

    private final Random chance;
    private final Pace pace;

    Latency(Random chance, Pace pace) {
        this.chance = chance;
        this.pace = pace;
    }

    Duration of(Reply reply) {
        return switch (reply) {
            case Reply.Answered _ ->
                millis((double) pace.answer().toMillis() * StrictMath.exp(SPREAD * chance.nextGaussian()));
            case Reply.Limited _ -> millis((double) pace.refusal().toMillis() * (1 + chance.nextDouble()));
            case Reply.Broken _ -> millis(2 + 6 * chance.nextDouble());
        };
    }

    /// @param answer how long all of a stream takes
    static Duration untilContent(Duration answer) {
        return answer.dividedBy(BEFORE_CONTENT);
    }

    private static Duration millis(double millis) {
        return Duration.ofNanos((long) (millis * 1e6));
    }
}
