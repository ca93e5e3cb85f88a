package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// A kind of provider that Keywheel can use. [java.util.ServiceLoader] finds it on the module path, on the class path,
/// and in each jar of the folder for adapters.
///
/// The methods that describe the provider are called before anything is opened, at any time and on any thread. They
/// must be cheap, and always return the same.
public interface LlmProvider {

    /// The id of the adapter that serves every provider without one of its own.
    ProviderId COMPATIBLE = new ProviderId("compatible");

    /// The name of its provider in the settings, and the prefix of the provider's variables.
    ProviderId id();

    /// The values that hold unless a setting says otherwise.
    ProviderDefaults defaults();

    /// Further providers that this adapter serves under names of their own, and the defaults of each.
    default Map<ProviderId, ProviderDefaults> presets() {
        return Map.of();
    }

    /// The settings of this adapter beyond those that each provider has. The gateway reads them, refuses invalid
    /// values, and passes them in [ProviderSettings#option].
    default List<ProviderOption<?>> options() {
        return List.of();
    }

    /// Opens a port to the provider, and sends nothing yet. Called once for each provider that the adapter serves,
    /// and again each time the settings are read: several ports may be open side by side.
    ///
    /// @return the port, which the caller closes
    /// @throws IllegalArgumentException if an option in `settings` has a value that the adapter does not know
    LlmPort open(ProviderSettings settings);
}
