package io.keywheel.application.port.in;

import org.jspecify.annotations.Nullable;

/// Whom a caller wants to be answered by, in the caller's words.
///
/// @param provider null for any
/// @param model null for the providers' default models
public record ModelSelector(
        @Nullable String provider, @Nullable String model) {

    public static final ModelSelector ANY = new ModelSelector(null, null);
}
