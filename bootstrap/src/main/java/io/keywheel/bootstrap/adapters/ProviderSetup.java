package io.keywheel.bootstrap.adapters;

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

/// A provider of the rotation, with its adapter and settings.
///
/// @param profile what the core may know of it
/// @param settings what its adapter is given, keys included, in the order of the profile's keys
public record ProviderSetup(LlmProvider adapter, ProviderProfile profile, ProviderSettings settings) {

    public ProviderId id() {
        return profile.id();
    }

    /// The models that can be named before the provider was asked for its own.
    public SequencedSet<ModelId> knownModels() {
        var known = new LinkedHashSet<ModelId>();
        known.add(profile.defaultModel());
        known.addAll(Adapters.defaults(adapter, id()).knownModels());
        return known;
    }

    /// Opens its adapter. Nothing is sent yet; the caller closes the port.
    ///
    /// @throws CannotOpenException when the adapter does not take its settings, was made for another version, or
    ///     throws whatever else
    public LlmPort open() {
        try {
            return Objects.requireNonNull(adapter.open(settings));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            throw new CannotOpenException(id(), withoutSecrets(AdapterFault.reason(e)), e);
        }
    }

    /// What is set of an adapter's own options may be a secret, like a key.
    private String withoutSecrets(String words) {
        String shown = words;
        for (ApiKey key : settings.keys()) {
            shown = key.hiddenIn(shown);
        }
        for (ProviderOption<?> option : adapter.options()) {
            String value = settings.options().get(option.name());
            shown = value == null || value.isEmpty() ? shown : shown.replace(value, "***");
        }
        return shown;
    }
}
