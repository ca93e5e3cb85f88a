package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Weighted random with per-request memory: each call draws a key that this request has not tried. The keys
/// weigh the same, and the next request knows nothing of it.
public final class WeightedRandom extends Impatient {

    private final List<Key> keys;
    private final Random chance;

    public WeightedRandom(List<Key> keys, Random chance) {
        this.keys = List.copyOf(keys);
        this.chance = chance;
    }

    @Override
    Move.Decided decide(List<Key> tried, Instant now) {
        var left = new ArrayList<>(keys);
        left.removeAll(tried);
        return left.isEmpty() ? new Move.GiveUp(null) : new Move.Ask(left.get(chance.nextInt(left.size())));
    }
}
