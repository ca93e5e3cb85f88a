package io.keywheel.application.port.in;

/// Reads the settings anew.
public interface ReloadUseCase {

    /// Applies the current settings. Keys join and leave; the other keys keep their state. Active requests
    /// continue. Concurrent calls run one after the other.
    ///
    /// @throws BadSettingsException if the settings are invalid; then nothing has changed
    Reloaded reload();
}
