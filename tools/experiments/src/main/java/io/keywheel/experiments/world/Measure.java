package io.keywheel.experiments.world;

import java.time.Duration;
import java.util.Locale;

/// What is limited.
///
/// @param words as the provider says it in a 429
/// @param header what it is called in the headers of an answer; empty where none tells of it
/// @param counts what a request takes of it
/// @param capacity the most that may be taken in one period
public record Measure(String words, String header, Counts counts, long capacity, Duration period) {

    /// What a request takes.
    public enum Counts {
        REQUESTS,
        TOKENS
    }

    /// What `request` takes.
    public long units(Request request) {
        return switch (counts) {
            case REQUESTS -> 1;
            case TOKENS -> request.tokens();
        };
    }

    /// What it is called by who knows it from the words alone, as `requests-minute`.
    String spelt() {
        String span = period.compareTo(Duration.ofDays(1)) < 0 ? "-minute" : "-day";
        return counts.name().toLowerCase(Locale.ROOT) + span;
    }

    /// Whether the headers tell of it.
    public boolean isTold() {
        return !header.isEmpty();
    }
}
