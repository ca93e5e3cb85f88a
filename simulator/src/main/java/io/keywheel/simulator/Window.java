package io.keywheel.simulator;

import java.time.Duration;

/// What is counted over which time.
enum Window {
    RPM("requests per minute", true, Duration.ofMinutes(1)),
    RPD("requests per day", true, Duration.ofDays(1)),
    TPM("tokens per minute", false, Duration.ofMinutes(1)),
    TPD("tokens per day", false, Duration.ofDays(1));

    final String words;
    final boolean requests;
    final Duration period;

    Window(String words, boolean requests, Duration period) {
        this.words = words;
        this.requests = requests;
        this.period = period;
    }

    long limit(Limits limits) {
        return switch (this) {
            case RPM -> limits.requestsPerMinute();
            case RPD -> limits.requestsPerDay();
            case TPM -> limits.tokensPerMinute();
            case TPD -> limits.tokensPerDay();
        };
    }
}
