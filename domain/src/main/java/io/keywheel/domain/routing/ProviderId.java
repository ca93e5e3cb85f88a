package io.keywheel.domain.routing;

/// The name of an LLM provider, such as `groq`.
///
/// @param value a lower-case letter, then up to 31 lower-case letters, digits, `_` or `-`
public record ProviderId(String value) {

    public ProviderId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "a provider's name is a lower-case letter, then up to 31 of a-z, 0-9, _ and -");
        }
    }

    public static boolean isValid(String text) {
        return text.matches("[a-z][a-z0-9_-]{0,31}");
    }

    /// Written out because the key pool hashes it often, and the generated one is slower.
    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
