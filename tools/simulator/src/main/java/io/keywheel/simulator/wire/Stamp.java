package io.keywheel.simulator.wire;

import java.time.Instant;
import java.util.HexFormat;

/// What distinguishes one answer from another.
///
/// @param id hexadecimal, different for each request, the same for the same seed and order
public record Stamp(String model, Instant at, String id) {

    /// The stamp of a request by its number.
    public static Stamp of(long seed, long number, String model, Instant at) {
        // A step of SplitMix64: near numbers give ids that look unrelated.
        long z = (seed + number) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return new Stamp(model, at, HexFormat.of().toHexDigits(z ^ (z >>> 31)));
    }

    /// Float seconds, as the providers write durations.
    static double seconds(long millis) {
        return millis / 1000.0;
    }
}
