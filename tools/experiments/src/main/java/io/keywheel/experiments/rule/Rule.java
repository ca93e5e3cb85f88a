package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rule for whom to ask next.
public interface Rule {

    /// `errand` wants to go on. Whoever is not among those whose turn it is waits.
    List<Turn> next(Errand errand, Instant now);

    /// The first of an answer has come, of which the rest and what it [tells][#told] is still to come.
    default List<Turn> answering(Errand errand, Key key, Instant now) {
        return List.of();
    }

    /// What came of asking with `key`.
    List<Turn> told(Errand errand, Key key, Reply reply, Instant now);

    /// When to call [#due], should nothing be told before; empty while nobody waits.
    default Optional<Instant> nextMoment() {
        return Optional.empty();
    }

    /// Time has passed.
    default List<Turn> due(Instant now) {
        return List.of();
    }
}
