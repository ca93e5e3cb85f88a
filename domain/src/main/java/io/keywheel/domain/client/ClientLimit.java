package io.keywheel.domain.client;

/// The limits that a client may have.
public enum ClientLimit {
    REQUESTS_PER_MINUTE("rpm", false),
    TOKENS_PER_MINUTE("tpm", true),
    REQUESTS_PER_DAY("rpd", false),
    TOKENS_PER_DAY("tpd", true),
    /// Requests under way at the same time.
    CONCURRENT_REQUESTS("at once", false);

    /// Far above any usage; sums of several do not overflow.
    public static final long MOST = 1L << 52;

    private final String label;
    private final boolean tokens;

    ClientLimit(String label, boolean tokens) {
        this.label = label;
        this.tokens = tokens;
    }

    /// As in the settings: `rpm`, `at once`.
    public String label() {
        return label;
    }

    /// `60rpm`, `8 at once`.
    public String written(long most) {
        return most + (this == CONCURRENT_REQUESTS ? " " : "") + label;
    }

    /// Whether it counts tokens, not requests.
    boolean isOfTokens() {
        return tokens;
    }
}
