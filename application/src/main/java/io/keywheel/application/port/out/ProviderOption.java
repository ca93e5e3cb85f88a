package io.keywheel.application.port.out;

import java.util.Optional;
import java.util.function.Function;

/// A setting that only one adapter understands. `KEEP_ALIVE` of the provider `my-llm` is the variable
/// `MY_LLM_KEEP_ALIVE`.
///
/// @param name in capitals, without the provider's prefix
/// @param expected completes the sentence "the value must be …"
/// @param form parses a text; returns empty, or throws, for an invalid one
public record ProviderOption<T>(String name, String expected, Function<String, Optional<T>> form) {

    private static final String NAME = "[A-Z][A-Z0-9_]{0,63}";

    public ProviderOption {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException("'" + name + "' is no name of an option: A-Z, 0-9 and _ make one");
        }
    }

    /// An option that may be any text.
    public static ProviderOption<String> text(String name) {
        return new ProviderOption<>(name, "a text", Optional::of);
    }

    /// Whether `text` is a valid value.
    public boolean accepts(String text) {
        try {
            return form.apply(text).isPresent();
        } catch (RuntimeException _) {
            // The exception is dropped, because it would show the text, which may be a secret.
            return false;
        }
    }
}
