package io.keywheel.application.port.in;

import io.keywheel.domain.routing.PoolKey;
import java.util.List;

/// The changes of a reload.
///
/// @param changed the variables of the settings that have changed
/// @param needsRestart the variables whose new values apply only after a restart
public record Reloaded(
        List<String> changed, Keys keys, Tokens tokens, List<String> warnings, List<String> needsRestart) {

    /// The providers' keys.
    ///
    /// @param added the new keys, with their slots in the new settings
    /// @param removed the keys that have left, with their slots in the old settings
    /// @param kept the number of keys that stay
    public record Keys(List<PoolKey> added, List<PoolKey> removed, int kept) {

        public Keys {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
        }
    }

    /// The numbers of access tokens.
    ///
    /// @param now the current number; with 0, clients need no token
    public record Tokens(int added, int removed, int now) {}

    public Reloaded {
        changed = List.copyOf(changed);
        warnings = List.copyOf(warnings);
        needsRestart = List.copyOf(needsRestart);
    }
}
