package io.keywheel.experiments;

import java.time.Instant;
import java.util.List;
import java.util.Random;

/// Each call draws a key that this request has not tried, all with the same weight; no memory between requests.
record WeightedRandom(List<Key> keys, Random random) implements Strategy {

    @Override
    public List<Move> next(Visit visit, Instant now) {
        List<Key> left =
                keys.stream().filter(key -> !visit.tried().contains(key)).toList();
        return List.of(
                left.isEmpty()
                        ? new Move.Refuse(visit, null)
                        : new Move.Ask(visit, left.get(random.nextInt(left.size()))));
    }
}
