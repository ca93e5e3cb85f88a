package io.keywheel.bootstrap.adapters;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.SequencedSet;

/// A provider in the rotation, with its adapter and settings.
///
/// @param profile the part that the domain sees
/// @param settings the adapter's settings; the keys are in the order of the profile's keys
public record ProviderSetup(LlmProvider adapter, ProviderProfile profile, ProviderSettings settings) {

    public ProviderId id() {
        return profile.id();
    }

    /// The models that clients can name before the provider has listed its models.
    public SequencedSet<ModelId> knownModels() {
        var known = new LinkedHashSet<ModelId>();
        known.add(profile.defaultModel());
        known.addAll(Adapters.defaults(adapter, id()).knownModels());
        return known;
    }

    /// Opens the adapter's port, without sending a request. The caller closes the port.
    ///
    /// @throws BadSettingsException if the adapter throws, or was built for another version
    public LlmPort open() {
        try {
            return Objects.requireNonNull(adapter.open(settings));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            throw new BadSettingsException(
                    "The adapter of %s cannot be opened: %s".formatted(id(), withoutSecrets(AdapterFault.reason(e))),
                    e);
        }
    }

    /// Masks the keys and the values of the adapter's options, because an option may be a secret.
    private String withoutSecrets(String message) {
        String shown = message;
        for (ApiKey key : settings.keys()) {
            shown = key.mask(shown);
        }
        for (ProviderOption<?> option : adapter.options()) {
            String value = settings.options().get(option.name());
            shown = value == null || value.isEmpty() ? shown : shown.replace(value, "***");
        }
        return shown;
    }
}
