package io.keywheel.domain.health;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a report changed in the standing of the pool.
public sealed interface Change {

    /// Something that was in turn is out of turn now.
    ///
    /// @param because the failure that did it; null where an answer said that too little is left
    record Rested(Scope scope, Instant until, @Nullable FailedAttempt because) implements Change {}

    /// Keys have joined a quota group, for the provider names one organisation for both.
    ///
    /// @param first a key that was in the group before
    /// @param keys those that have joined
    record Merged(QuotaGroup group, KeySlot first, List<KeySlot> keys) implements Change {
        public Merged {
            keys = List.copyOf(keys);
        }
    }

    /// Something that had been out of turn works again.
    record Recovered(Scope scope) implements Change {}
}
