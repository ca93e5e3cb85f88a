package io.keywheel.simulator.quota;

/// The kinds of limits: a unit and a period.
public enum Window {
    /// Requests per minute.
    RPM("requests per minute", true, 1),
    /// Requests per day.
    RPD("requests per day", true, 1_440),
    /// Tokens per minute.
    TPM("tokens per minute", false, 1),
    /// Tokens per day.
    TPD("tokens per day", false, 1_440);

    /// The provider's name of the limit.
    public final String words;

    /// Whether the limit counts requests, not tokens.
    public final boolean requests;

    /// The length of the period in minutes.
    public final int minutes;

    Window(String words, boolean requests, int minutes) {
        this.words = words;
        this.requests = requests;
        this.minutes = minutes;
    }
}
