package io.keywheel.domain.health;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
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

    /// A provider is out of turn, for it limits this host and not its keys.
    ///
    /// @param groups how many quota groups had been taken for limited; their rests are taken back
    record Throttled(ProviderId provider, Instant until, int groups) implements Change {}

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
