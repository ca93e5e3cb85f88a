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
import org.jspecify.annotations.Nullable;

/// Counts what each key has been through.
final class KeyStatistics {

    private final Map<KeySlot, Tally> byKey = new HashMap<>();

    /// Those of the keys that live on.
    KeyStatistics after(PoolMigration poolMigration) {
        var after = new KeyStatistics();
        byKey.forEach((slot, tally) -> {
            KeySlot place = poolMigration.placeOf(slot);
            if (place != null) {
                after.byKey.put(place, tally);
            }
        });
        return after;
    }

    Tally of(KeySlot key) {
        return byKey.getOrDefault(key, Tally.NONE);
    }

    void answered(KeySlot key, Instant startedAt) {
        Tally before = of(key);
        byKey.put(key, new Tally(before.attempts() + 1, before.failures(), later(before.lastUse(), startedAt)));
    }

    void failed(KeySlot key, Instant startedAt, Failure.Kind kind) {
        Tally before = of(key);
        var failures = new EnumMap<Failure.Kind, Long>(Failure.Kind.class);
        failures.putAll(before.failures());
        failures.merge(kind, 1L, Long::sum);
        byKey.put(key, new Tally(before.attempts() + 1, failures, later(before.lastUse(), startedAt)));
    }

    /// Attempts end in another order than they begin.
    private static Instant later(@Nullable Instant before, Instant startedAt) {
        return before == null ? startedAt : Instants.later(before, startedAt);
    }
}
