package io.keywheel.application.port.in;

import io.keywheel.domain.routing.PoolKey;
import java.util.List;

/// The changes of a reload.
///
/// @param changed the variables of the settings that have changed
/// @param added the slots of new keys
/// @param removed the old slots of keys that have left
/// @param kept the number of keys that stay
/// @param tokens the access tokens
/// @param warnings settings that are probably mistakes
/// @param needsRestart the variables whose new values apply only after a restart
public record Reloaded(
        List<String> changed,
        List<PoolKey> added,
        List<PoolKey> removed,
        int kept,
        Tokens tokens,
        List<String> warnings,
        List<String> needsRestart) {

    /// The numbers of access tokens.
    ///
    /// @param now the current number; with 0, clients need no token
    public record Tokens(int added, int removed, int now) {}

    public Reloaded {
        changed = List.copyOf(changed);
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        warnings = List.copyOf(warnings);
        needsRestart = List.copyOf(needsRestart);
    }
}
