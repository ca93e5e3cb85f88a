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

    /// Whether a cooldown that was to end at `before` is so much longer now that its extension is an event, too.
    static boolean becomesLong(Instant before, Instant until, Instant now) {
        Instant late = now.plus(LONG);
        return until.isAfter(late) && !before.isAfter(late);
    }

    /// The same, with times of day for users.
    ///
    /// @param clock converts a moment to the time of day
    default PoolEvent at(UnaryOperator<Instant> clock) {
        return switch (this) {
            case CooldownStarted(var scope, var until, var cause) ->
                new CooldownStarted(scope, clock.apply(until), cause);
            case Throttled(var provider, var until, var groups) -> new Throttled(provider, clock.apply(until), groups);
            case Merged _, Recovered _ -> this;
        };
    }

    /// A scope that was in turn is out of turn now, or its failed probe keeps it out for longer.
    ///
    /// @param cause the failure of the attempt; null if an answer reported that too little is left
    record CooldownStarted(
            Scope scope, Instant until, @Nullable FailedAttempt cause) implements PoolEvent {}

    /// A provider cools down, since provider-wide throttling is suspected.
    ///
    /// @param groups how many quota groups had been taken for limited; their cooldowns are reverted
    record Throttled(ProviderId provider, Instant until, int groups) implements PoolEvent {}

    /// Keys have joined a quota group, because the provider names one organisation for both.
    ///
    /// @param first a key that was in the group before
    /// @param keys those that have joined
    record Merged(QuotaGroup group, KeySlot first, List<KeySlot> keys) implements PoolEvent {
        public Merged {
            keys = List.copyOf(keys);
        }
    }

    /// A scope that was out of turn works again.
    record Recovered(Scope scope) implements PoolEvent {}
}
