package io.keywheel.application.port.in;

/// Reads the settings anew.
public interface ReloadUseCase {

    /// Takes over the present settings. Keys join and leave, and the others keep what is known of them. Requests
    /// under way go on. Concurrent calls take turns.
    ///
    /// @throws BadSettingsException when they cannot be used; then nothing has changed
    Reloaded reload();
}
