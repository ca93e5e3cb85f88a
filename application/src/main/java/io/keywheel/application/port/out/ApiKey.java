package io.keywheel.application.port.out;

import org.jspecify.annotations.Nullable;

/// A provider's secret. It prints as its fingerprint.
///
/// Not a record: a record would offer the secret to every debugger, logger and serializer that asks.
public final class ApiKey {

    /// Stands for the key of a provider without keys.
    public static final ApiKey NONE = new ApiKey("", "keyless");

    private final String secret;
    private final String fingerprint;

    /// @param fingerprint what may be shown of the key
    public ApiKey(String secret, String fingerprint) {
        this.secret = secret;
        this.fingerprint = fingerprint;
    }

    /// The secret itself. An architecture rule allows it to provider adapters, which send and mask it, and to shared
    /// state, which hashes it.
    public String reveal() {
        return secret;
    }

    /// `text` with the secret masked. Parts of the secret may be left, which adapters mask, too.
    public String hiddenIn(String text) {
        return secret.isEmpty() ? text : text.replace(secret, "***");
    }

    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApiKey key && key.secret.equals(secret);
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode();
    }

    @Override
    public String toString() {
        return "ApiKey[" + fingerprint + "]";
    }
}
