package io.keywheel.application.port.in;

/// Has the settings read anew.
public interface ReloadUseCase {

    /// Takes over the settings as they are now: keys join and leave, and what is known of the others stays
    /// known. Requests under way go on. Calls at the same time take turns.
    ///
    /// @throws BadSettingsException when they cannot be used; then nothing has changed
    Reloaded reload();
}
