package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ProviderId;
import java.util.List;

/// A kind of provider that Keywheel can speak to, found by [java.util.ServiceLoader] on the module path, on the
/// class path, and in each jar of the folder for adapters.
public interface LlmProvider {

    /// The id of the adapter that serves every provider without one of its own.
    ProviderId COMPATIBLE = new ProviderId("compatible");

    ProviderId id();

    ProviderDefaults defaults();

    /// The settings it understands beyond those that each provider has: the gateway reads them, refuses values
    /// that are none, and hands them over in [ProviderSettings#option].
    default List<ProviderOption<?>> options() {
        return List.of();
    }

    /// Gets ready to speak to the provider. Nothing is sent yet.
    ///
    /// @throws IllegalArgumentException when `settings` has an option with a value that the adapter does not
    ///     know
    LlmPort open(ProviderSettings settings);
}
