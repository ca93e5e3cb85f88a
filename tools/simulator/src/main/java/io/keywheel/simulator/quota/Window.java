package io.keywheel.simulator.quota;

public enum Window {
    RPM("requests per minute", true, 1),
    RPD("requests per day", true, 1_440),
    TPM("tokens per minute", false, 1),
    TPD("tokens per day", false, 1_440);

    public final String words;

    /// Whether the limit counts requests, not tokens.
    public final boolean requests;

    public final int minutes;

    Window(String words, boolean requests, int minutes) {
        this.words = words;
        this.requests = requests;
        this.minutes = minutes;
    }
}
