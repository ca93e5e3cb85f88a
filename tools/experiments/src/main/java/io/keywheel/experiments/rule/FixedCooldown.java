package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.List;

/// Fixed cooldown: whatever the failure and whatever the provider says, a key cools for the same time.
public final class FixedCooldown extends Cooldown {

    private final Duration time;

    /// @param attempts the most for one request
    public FixedCooldown(List<Key> keys, int attempts, Duration time) {
        super(keys, attempts);
        this.time = time;
    }

    @Override
    Duration cooldown(Reply reply) {
        return time;
    }
}
