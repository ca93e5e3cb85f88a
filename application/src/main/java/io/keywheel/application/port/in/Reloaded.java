package io.keywheel.application.port.in;

import io.keywheel.domain.routing.PoolKey;
import java.util.List;

/// What a reload has changed.
///
/// @param changed the settings that read otherwise than before, by their variables
/// @param added keys that are there from now on
/// @param removed keys, by their old places, that are asked no more
/// @param kept how many keys stay
/// @param tokens who is let in
/// @param warnings what was probably not meant
/// @param needsRestart the variables whose new values count from the next start
public record Reloaded(
        List<String> changed,
        List<PoolKey> added,
        List<PoolKey> removed,
        int kept,
        Tokens tokens,
        List<String> warnings,
        List<String> needsRestart) {

    /// How many access tokens have come and gone, for they have no names.
    ///
    /// @param now how many there are; where there are none, clients need none
    public record Tokens(int added, int removed, int now) {

        /// Where none is required.
        public static final Tokens NONE = new Tokens(0, 0, 0);
    }

    public Reloaded {
        changed = List.copyOf(changed);
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        warnings = List.copyOf(warnings);
        needsRestart = List.copyOf(needsRestart);
    }
}
