package io.keywheel.experiments;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A decision for a request.
sealed interface Move {

    record Ask(Visit visit, Key key) implements Move {}

    /// @param readyAt when a retry makes sense, as far as the strategy knows
    record Refuse(Visit visit, @Nullable Instant readyAt) implements Move {}
}
