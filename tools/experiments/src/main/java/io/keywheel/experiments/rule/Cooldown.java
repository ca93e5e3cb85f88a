package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A key that failed is skipped for a while; a counter goes round over the others.
///
/// Here is what the cooldown rules have in common; they differ in how long the while is.
abstract class Cooldown extends Impatient {

    private final List<Key> keys;
    private final int attempts;
    private final Map<Key, Instant> coolsUntil = new HashMap<>();
    private int next;

    /// @param attempts the most for one request
    Cooldown(List<Key> keys, int attempts) {
        this.keys = List.copyOf(keys);
        this.attempts = attempts;
    }

    /// How long a key cools that has failed so.
    abstract Duration cooldown(Reply reply);

    @Override
    final Move.Decided decide(List<Key> tried, Instant now) {
        if (tried.size() >= attempts) {
            return new Move.GiveUp(null);
        }
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(next);
            next = (next + 1) % keys.size();
            if (!now.isBefore(coolsUntil.getOrDefault(key, Instant.MIN)) && !tried.contains(key)) {
                return new Move.Ask(key);
            }
        }
        return new Move.GiveUp(
                coolsUntil.values().stream().min(Instant::compareTo).orElse(null));
    }

    @Override
    final void learn(Key key, Reply reply, Instant now) {
        if (!(reply instanceof Reply.Answered)) {
            coolsUntil.put(key, now.plus(cooldown(reply)));
        }
    }
}
