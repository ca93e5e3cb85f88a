package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What to do for a request.
public sealed interface Move {

    /// Something to do now.
    sealed interface Decided extends Move {}

    /// Ask with this key.
    record Ask(Key key) implements Decided {}

    /// Refuse the request.
    ///
    /// @param readyAt when it is worth coming back, as far as the rule knows
    record GiveUp(@Nullable Instant readyAt) implements Decided {}

    /// Look again at `until`, or as soon as something has been told.
    record Wait(Instant until) implements Move {}
}
