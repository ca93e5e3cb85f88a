package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// A provider adapter. [java.util.ServiceLoader] finds it on the module path, on the class path, and in each jar of
/// the folder for adapters.
///
/// The descriptive methods are called before any port is opened, at any time and on any thread. They must be cheap,
/// and always return the same values.
public interface LlmProvider {

    /// The id of the adapter for providers without a specific adapter.
    ProviderId COMPATIBLE = new ProviderId("compatible");

    /// The provider's name in the settings, and the prefix of its variables.
    ProviderId id();

    /// The defaults of variables that are not set.
    ProviderDefaults defaults();

    /// Further providers that this adapter serves, with the defaults of each.
    default Map<ProviderId, ProviderDefaults> presets() {
        return Map.of();
    }

    /// The additional settings of this adapter. The gateway reads them, refuses invalid values, and passes them in
    /// [ProviderSettings#option].
    default List<ProviderOption<?>> options() {
        return List.of();
    }

    /// Opens a port to the provider, and sends nothing yet. Called for each provider in the rotation, and again when
    /// its settings change: several ports may be open side by side.
    ///
    /// @return the port, which the caller closes
    /// @throws IllegalArgumentException if the adapter cannot use an option or a key in `settings`
    LlmPort open(ProviderSettings settings);
}
