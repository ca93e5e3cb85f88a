package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts the attempts of each key, and its failures by kind.
final class KeyStatistics {

    private final Map<KeySlot, Tally> byKey = new HashMap<>();

    void inherit(KeyStatistics before, PoolMigration poolMigration) {
        before.byKey.forEach((earlier, tally) -> {
            KeySlot slot = poolMigration.newSlotOf(earlier);
            if (slot != null) {
                byKey.put(slot, tally);
            }
        });
    }

    Tally of(KeySlot key) {
        return byKey.getOrDefault(key, Tally.NONE);
    }

    /// @param failure null for an answer
    void ended(KeySlot key, Instant startedAt, Failure.@Nullable Kind failure) {
        Tally before = of(key);
        Map<Failure.Kind, Long> failures = before.failures();
        if (failure != null) {
            failures = new HashMap<>(failures);
            failures.merge(failure, 1L, Long::sum);
        }
        // Attempts do not end in the order in which they begin.
        Instant lastUse = before.lastUse() == null ? startedAt : Instants.later(before.lastUse(), startedAt);
        byKey.put(key, new Tally(before.attempts() + 1, failures, lastUse));
    }
}
