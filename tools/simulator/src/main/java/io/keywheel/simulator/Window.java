package io.keywheel.simulator;

import java.time.Duration;

/// What is counted over which time.
enum Window {
    RPM("requests per minute", true, 1),
    RPD("requests per day", true, 1_440),
    TPM("tokens per minute", false, 1),
    TPD("tokens per day", false, 1_440);

    final String words;
    final boolean requests;
    private final int minutes;

    Window(String words, boolean requests, int minutes) {
        this.words = words;
        this.requests = requests;
        this.minutes = minutes;
    }

    long limit(Limits limits) {
        return switch (this) {
            case RPM -> limits.requestsPerMinute();
            case RPD -> limits.requestsPerDay();
            case TPM -> limits.tokensPerMinute();
            case TPD -> limits.tokensPerDay();
        };
    }

    Duration period(Limits limits) {
        return limits.minute().multipliedBy(minutes);
    }
}
