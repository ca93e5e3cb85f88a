package io.keywheel.experiments.strategies;

import io.keywheel.experiments.simulation.Key;
import io.keywheel.experiments.simulation.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Selects keys. Each method returns the moves to make now; a request without a move waits.
public interface Strategy {

    /// `visit` arrives, or continues after a failed attempt.
    List<Move> next(Visit visit, Instant now);

    /// The first content of a streamed answer arrives.
    default List<Move> answering(Visit visit, Key key, Instant now) {
        return List.of();
    }

    default List<Move> ended(Visit visit, Key key, Reply reply, Instant now) {
        return List.of();
    }

    /// When to call [#due] at the latest; empty while no request waits.
    default Optional<Instant> nextWakeup() {
        return Optional.empty();
    }

    default List<Move> due(Instant now) {
        return List.of();
    }
}
