package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.llm.mask.Mask;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.Objects;
import java.util.stream.Stream;

/// A provider of the rotation: who speaks to it, and how.
///
/// @param profile what the core may know of it
/// @param settings what its adapter is given, keys included, in the order of the profile's keys
public record ProviderSetup(LlmProvider adapter, ProviderProfile profile, ProviderSettings settings) {

    public ProviderId id() {
        return profile.id();
    }

    /// Gets ready to speak to it. Nothing is sent yet; whoever opens it closes it.
    ///
    /// @throws CannotOpenException when the adapter does not take its settings, or was made for another version
    public LlmPort open() {
        try {
            return new TotalPort(id(), Objects.requireNonNull(adapter.open(settings)));
        } catch (RuntimeException | LinkageError e) {
            throw new CannotOpenException(id(), secrets().paragraph(AdapterFault.reason(e)), e);
        }
    }

    /// What is set of an adapter's own options may be a secret, like a key.
    private Mask secrets() {
        Stream<ApiKey> options = adapter.options().stream()
                .map(option -> settings.options().get(option.name()))
                .filter(Objects::nonNull)
                .map(value -> new ApiKey(value, "00000000"));
        return new Mask(Stream.concat(settings.keys().stream(), options).toList());
    }
}
