package io.keywheel.application.port.out;

import org.jspecify.annotations.Nullable;

/// A provider's secret. It prints as its fingerprint.
///
/// Not a record, because a record exposes the secret to loggers and serializers.
public final class ApiKey {

    /// Stands for the key of a provider without keys.
    public static final ApiKey NONE = new ApiKey("", "keyless");

    private final String secret;
    private final String fingerprint;

    /// @param fingerprint the text to show instead of the key
    public ApiKey(String secret, String fingerprint) {
        this.secret = secret;
        this.fingerprint = fingerprint;
    }

    /// The secret. By an architecture rule, only provider adapters and shared state may call this: adapters send
    /// and mask the secret, shared state hashes it.
    public String reveal() {
        return secret;
    }

    /// `text` with the secret masked. Parts of the secret may remain; adapters mask these, too.
    public String mask(String text) {
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
        return secret.hashCode();
    }

    @Override
    public String toString() {
        return "ApiKey[" + fingerprint + "]";
    }
}
