package io.keywheel.domain.routing;

import java.util.regex.Pattern;

/// The name of an LLM provider, such as `groq`.
///
/// @param value a lower-case letter, then up to 31 lower-case letters, digits, `_` or `-`
public record ProviderId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    public ProviderId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a provider's name is a lower-case letter, then up to 31 of a-z, 0-9, _ and -");
        }
    }

    /// Whether `text` could name a provider.
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
