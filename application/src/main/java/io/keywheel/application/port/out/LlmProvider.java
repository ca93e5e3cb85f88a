package io.keywheel.application.port.out;

import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;

/// A kind of provider that Keywheel can speak to, found by [java.util.ServiceLoader] on the module path,
/// on the class path, and in each jar of the folder for adapters.
///
/// What it says of itself is asked for before anything is opened, as often as anybody likes and on any
/// thread: it costs nothing and is always the same.
public interface LlmProvider {

    /// The id of the adapter that serves every provider without one of its own.
    ProviderId COMPATIBLE = new ProviderId("compatible");

    /// The provider it is for: its name in the settings, and the beginning of its variables.
    ProviderId id();

    /// What holds unless a setting says otherwise.
    ProviderDefaults defaults();

    /// Providers that it serves under names of their own, beside its [#id], and what holds for each of
    /// them.
    default Map<ProviderId, ProviderDefaults> presets() {
        return Map.of();
    }

    /// The settings it understands beyond those that each provider has: the gateway reads them, refuses
    /// values that are none, and hands them over in [ProviderSettings#option].
    default List<ProviderOption<?>> options() {
        return List.of();
    }

    /// Gets ready to speak to the provider. Nothing is sent yet. Called once for each provider that it
    /// serves, and again wherever the settings are read: several ports may be open side by side.
    ///
    /// @return what the caller closes
    /// @throws IllegalArgumentException when `settings` has an option with a value that the adapter does
    /// not
    ///     know
    LlmPort open(ProviderSettings settings);
}
