package io.keywheel.domain.status;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A change of the pool that users should see.
public sealed interface PoolEvent {

    /// An extension of a cooldown beyond this is an event, too.
    Duration LONG = Duration.ofHours(1);

    /// Whether extending a cooldown from `before` to `until` is an event: it now ends more than [#LONG] after
    /// `now`, and did not before.
    static boolean becomesLong(Instant before, Instant until, Instant now) {
        Instant late = now.plus(LONG);
        return until.isAfter(late) && !before.isAfter(late);
    }

    /// A copy with wall-clock times, for users.
    ///
    /// @param clock converts an instant of the core to wall-clock time
    default PoolEvent at(UnaryOperator<Instant> clock) {
        return switch (this) {
            case CooldownStarted(var scope, var until, var cause) ->
                new CooldownStarted(scope, clock.apply(until), cause);
            case Throttled(var provider, var until, var groups) -> new Throttled(provider, clock.apply(until), groups);
            case Merged _, Recovered _ -> this;
        };
    }

    /// A scope began to cool down, or its failed probe extended the cooldown.
    ///
    /// @param cause the failure of the attempt; null if an answer reported too little remaining quota
    record CooldownStarted(
            Scope scope, Instant until, @Nullable FailedAttempt cause) implements PoolEvent {}

    /// A provider cools down, because provider-wide throttling is suspected.
    ///
    /// @param groups how many quota groups were rate limited; their cooldowns are reverted
    record Throttled(ProviderId provider, Instant until, int groups) implements PoolEvent {}

    /// Keys have joined a quota group, because the provider names one organisation for both.
    ///
    /// @param first a key that was in the group before
    record Merged(QuotaGroup group, KeySlot first, List<KeySlot> keys) implements PoolEvent {
        public Merged {
            keys = List.copyOf(keys);
        }
    }

    /// A scope works again after a cooldown.
    record Recovered(Scope scope) implements PoolEvent {}
}
