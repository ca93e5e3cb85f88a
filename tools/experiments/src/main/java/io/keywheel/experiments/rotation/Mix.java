package io.keywheel.experiments.rotation;

import java.util.Random;

/// In what the requests of a load differ, beside their usual sizes.
///
/// What all have in common is not drawn: then the requests are the same as those of a load without it.
///
/// @param misjudgement how many times too large or too small a request's tokens may be estimated; 1 is exact
/// @param large the share of those that are [#TIMES] as large
/// @param streamed the share of those whose answers are streamed
record Mix(double misjudgement, double large, double streamed) {

    static final Mix ALIKE = new Mix(1, 0, 0);

    static final int TIMES = 20;

    Mix misjudged(double times) {
        return new Mix(times, large, streamed);
    }

    Mix large(double share) {
        return new Mix(misjudgement, share, streamed);
    }

    Mix streamed(double share) {
        return new Mix(misjudgement, large, share);
    }

    /// @param mean of all
    int tokens(int mean, Random chance) {
        double usual = mean / (1 + large * (TIMES - 1));
        double even = 0.5 + chance.nextDouble();
        return (int) (usual * even * (happens(large, chance) ? TIMES : 1));
    }

    /// As often too large as too small.
    int estimate(int tokens, Random chance) {
        return (int) Math.round(tokens * StrictMath.pow(misjudgement, 2 * chance.nextDouble() - 1));
    }

    boolean isStreamed(Random chance) {
        return happens(streamed, chance);
    }

    private static boolean happens(double share, Random chance) {
        return share > 0 && chance.nextDouble() < share;
    }
}
