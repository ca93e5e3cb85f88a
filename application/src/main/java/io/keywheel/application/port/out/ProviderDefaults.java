package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ModelId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What holds for a provider unless a setting says otherwise.
///
/// @param baseUrl null where it must be set
/// @param defaultModel null where it must be set
/// @param knownModels the models it is known to serve, until it has been asked
/// @param keyless whether it is spoken to without a key where none is set, by one place with [ApiKey#NONE];
///     else it is left out
/// @param mostReservedPerAnswer as in [io.keywheel.domain.routing.ProviderProfile]
public record ProviderDefaults(
        @Nullable String baseUrl,
        @Nullable ModelId defaultModel,
        List<ModelId> knownModels,
        boolean keyless,
        long mostReservedPerAnswer) {

    /// Of a provider that takes for an answer what the request says.
    public ProviderDefaults(
            @Nullable String baseUrl, @Nullable ModelId defaultModel, List<ModelId> knownModels, boolean keyless) {
        this(baseUrl, defaultModel, knownModels, keyless, 0);
    }

    public ProviderDefaults {
        knownModels = List.copyOf(knownModels);
    }
}
