package io.keywheel.experiments.strategies;

import io.keywheel.experiments.simulation.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A decision for a request.
public sealed interface Move {

    record Ask(Visit visit, Key key) implements Move {}

    /// @param readyAt when a retry makes sense, if the strategy knows it
    record Refuse(Visit visit, @Nullable Instant readyAt) implements Move {}
}
