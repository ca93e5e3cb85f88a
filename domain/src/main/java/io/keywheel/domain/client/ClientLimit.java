package io.keywheel.domain.client;

/// The limits that a client may have.
public enum ClientLimit {
    REQUESTS_PER_MINUTE("rpm"),
    TOKENS_PER_MINUTE("tpm"),
    REQUESTS_PER_DAY("rpd"),
    TOKENS_PER_DAY("tpd"),
    CONCURRENT_REQUESTS("at once");

    /// Far above any usage; sums of several do not overflow.
    public static final long MOST = 1L << 52;

    private final String label;

    ClientLimit(String label) {
        this.label = label;
    }

    /// As in the settings: `rpm`, `at once`.
    public String label() {
        return label;
    }

    /// `60rpm`, `8 at once`.
    public String written(long most) {
        return most + (this == CONCURRENT_REQUESTS ? " " : "") + label;
    }

    boolean isOfTokens() {
        return this == TOKENS_PER_MINUTE || this == TOKENS_PER_DAY;
    }
}
