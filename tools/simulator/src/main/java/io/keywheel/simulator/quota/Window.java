package io.keywheel.simulator.quota;

/// What is counted over which time.
public enum Window {
    /// Requests per minute.
    RPM("requests per minute", true, 1),
    /// Requests per day.
    RPD("requests per day", true, 1_440),
    /// Tokens per minute.
    TPM("tokens per minute", false, 1),
    /// Tokens per day.
    TPD("tokens per day", false, 1_440);

    /// As the providers call it.
    public final String words;

    /// Whether it counts requests, and not tokens.
    public final boolean requests;

    /// How long it is.
    public final int minutes;

    Window(String words, boolean requests, int minutes) {
        this.words = words;
        this.requests = requests;
        this.minutes = minutes;
    }
}
