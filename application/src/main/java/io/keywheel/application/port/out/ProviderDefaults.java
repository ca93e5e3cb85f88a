package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ModelId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The default settings of a provider.
///
/// @param baseUrl null if the user must set it
/// @param defaultModel null if the user must set it
/// @param knownModels the models that the provider is known to serve before its list is read
/// @param keyless whether the provider also works without keys; it then has one slot with [ApiKey#NONE]. Otherwise
///     a provider without keys is left out
/// @param mostReservedPerAnswer as in [io.keywheel.domain.routing.ProviderProfile]
public record ProviderDefaults(
        @Nullable String baseUrl,
        @Nullable ModelId defaultModel,
        List<ModelId> knownModels,
        boolean keyless,
        long mostReservedPerAnswer) {

    /// The defaults of a provider with a `mostReservedPerAnswer` of 0.
    public ProviderDefaults(
            @Nullable String baseUrl, @Nullable ModelId defaultModel, List<ModelId> knownModels, boolean keyless) {
        this(baseUrl, defaultModel, knownModels, keyless, 0);
    }

    public ProviderDefaults {
        knownModels = List.copyOf(knownModels);
    }
}
