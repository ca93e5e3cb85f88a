package io.keywheel.application.port.in;

import io.keywheel.domain.routing.VirtualModels;
import org.jspecify.annotations.Nullable;

/// The provider and model as the caller named them.
///
/// @param provider null for any
/// @param model a virtual or a real one; null for [VirtualModels#AUTO]
public record ModelSelector(
        @Nullable String provider, @Nullable String model) {

    public static final ModelSelector ANY = new ModelSelector(null, null);

    /// The model as the caller wrote it, or [VirtualModels#AUTO].
    public String name() {
        return model == null ? VirtualModels.AUTO : model;
    }
}
