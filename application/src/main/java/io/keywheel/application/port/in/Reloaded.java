package io.keywheel.application.port.in;

import io.keywheel.domain.routing.PoolKey;
import java.util.List;

/// What a reload has changed.
///
/// @param changed the variables of the settings that have changed
/// @param added the places of new keys
/// @param removed the old places of keys that have left
/// @param kept how many keys stay
/// @param tokens the access tokens
/// @param warnings settings that are probably mistakes
/// @param needsRestart the variables whose new values count from the next start
public record Reloaded(
        List<String> changed,
        List<PoolKey> added,
        List<PoolKey> removed,
        int kept,
        Tokens tokens,
        List<String> warnings,
        List<String> needsRestart) {

    /// How many access tokens have come and gone.
    ///
    /// @param now how many there are; with none, clients need no token
    public record Tokens(int added, int removed, int now) {}

    public Reloaded {
        changed = List.copyOf(changed);
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        warnings = List.copyOf(warnings);
        needsRestart = List.copyOf(needsRestart);
    }
}
