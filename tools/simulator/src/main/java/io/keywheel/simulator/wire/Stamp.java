package io.keywheel.simulator.wire;

import java.time.Instant;
import java.util.HexFormat;

/// The identity of an answer.
///
/// @param id hexadecimal; unique for each request, and reproducible with the same seed and order
public record Stamp(String model, Instant at, String id) {

    public static Stamp of(long seed, long number, String model, Instant at) {
        // A step of SplitMix64, so that ids of consecutive numbers look unrelated.
        long z = (seed + number) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return new Stamp(model, at, HexFormat.of().toHexDigits(z ^ (z >>> 31)));
    }

    /// Seconds as a floating-point number, the providers' format of durations.
    static double seconds(long millis) {
        return millis / 1000.0;
    }
}
