package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.registry.PoolMigration;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

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

    void answered(KeySlot key, Instant startedAt) {
        count(key, startedAt, of(key).failures());
    }

    void failed(KeySlot key, Instant startedAt, Failure.Kind kind) {
        var failures = new EnumMap<Failure.Kind, Long>(Failure.Kind.class);
        failures.putAll(of(key).failures());
        failures.merge(kind, 1L, Long::sum);
        count(key, startedAt, failures);
    }

    /// The last use is the latest start: attempts do not end in the order in which they begin.
    private void count(KeySlot key, Instant startedAt, Map<Failure.Kind, Long> failures) {
        Tally before = of(key);
        byKey.put(
                key,
                new Tally(
                        before.attempts() + 1,
                        failures,
                        before.lastUse() == null ? startedAt : Instants.later(before.lastUse(), startedAt)));
    }
}
