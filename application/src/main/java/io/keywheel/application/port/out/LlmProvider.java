package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ProviderId;

/// A kind of provider that Keywheel can speak to, found by [java.util.ServiceLoader].
public interface LlmProvider {

    /// The id of the adapter that serves every provider without one of its own.
    ProviderId COMPATIBLE = new ProviderId("compatible");

    ProviderId id();

    ProviderDefaults defaults();

    /// Gets ready to speak to the provider. Nothing is sent yet.
    ///
    /// @throws IllegalArgumentException when `settings` has an option with a value that the adapter does not know
    LlmPort open(ProviderSettings settings);
}
