package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import java.time.Instant;
import java.util.List;

/// A rule that lets nobody wait.
abstract class Impatient implements Rule {

    abstract Move.Decided decide(List<Key> tried, Instant now);

    void learn(Key key, Reply reply, Instant now) {}

    @Override
    public final List<Turn> next(Errand errand, Instant now) {
        return List.of(new Turn(errand, decide(errand.tried(), now)));
    }

    @Override
    public final List<Turn> told(Errand errand, Key key, Reply reply, Instant now) {
        learn(key, reply, now);
        return List.of();
    }
}
