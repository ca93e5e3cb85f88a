package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ModelId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The values of a provider's settings unless they are set.
///
/// @param baseUrl null where it must be set
/// @param defaultModel null where it must be set
/// @param knownModels the models that the provider is known to serve before it was asked
/// @param keyless whether the provider is used without keys, too: then it has one place with [ApiKey#NONE]. Else a
///     provider without keys is left out
/// @param mostReservedPerAnswer as in [io.keywheel.domain.routing.ProviderProfile]
public record ProviderDefaults(
        @Nullable String baseUrl,
        @Nullable ModelId defaultModel,
        List<ModelId> knownModels,
        boolean keyless,
        long mostReservedPerAnswer) {

    /// The defaults of a provider that takes for an answer what the request says.
    public ProviderDefaults(
            @Nullable String baseUrl, @Nullable ModelId defaultModel, List<ModelId> knownModels, boolean keyless) {
        this(baseUrl, defaultModel, knownModels, keyless, 0);
    }

    public ProviderDefaults {
        knownModels = List.copyOf(knownModels);
    }
}
