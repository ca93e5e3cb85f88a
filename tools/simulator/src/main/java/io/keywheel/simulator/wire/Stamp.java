package io.keywheel.simulator.wire;

import java.time.Instant;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// The identity of an answer.
///
/// @param id hexadecimal; unique for each request, and reproducible with the same seed and order
public record Stamp(String model, Instant at, String id) {

    public static Stamp of(long seed, long number, String model, Instant at) {
        // Ids of consecutive numbers look unrelated.
        long id = new SplittableRandom(seed + number).nextLong();
        return new Stamp(model, at, HexFormat.of().toHexDigits(id));
    }

    /// Seconds as a floating-point number, the providers' format of durations.
    static double seconds(long millis) {
        return millis / 1000.0;
    }
}
