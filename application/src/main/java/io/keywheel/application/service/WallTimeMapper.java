package io.keywheel.application.service;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.Known;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Converts the moments of whatever leaves the core to the wall clock. Inside, the monotonic clock counts.
record WallTimeMapper(UnaryOperator<Instant> moments) {

    PoolStatus of(PoolStatus pool) {
        return new PoolStatus(
                moments.apply(pool.at()),
                pool.providers().stream().map(this::of).toList(),
                pool.current());
    }

    PoolEvent of(PoolEvent poolEvent) {
        return switch (poolEvent) {
            case PoolEvent.CooldownStarted(var scope, var until, var because) ->
                new PoolEvent.CooldownStarted(scope, moments.apply(until), because);
            case PoolEvent.Throttled(var provider, var until, var groups) ->
                new PoolEvent.Throttled(provider, moments.apply(until), groups);
            case PoolEvent.Merged _, PoolEvent.Recovered _ -> poolEvent;
        };
    }

    /// An attempt stays in the core: its moments are for durations.
    Step.Decided of(Step.Decided step) {
        return switch (step) {
            case Step.GiveUp(var exhaustion) -> new Step.GiveUp(of(exhaustion));
            case Step.Attempt _ -> step;
        };
    }

    private Exhaustion of(Exhaustion exhaustion) {
        return switch (exhaustion) {
            case Exhaustion.AllFailed(var provider, var attempts, var unavailability) ->
                new Exhaustion.AllFailed(provider, attempts, of(unavailability));
            case Exhaustion.NoSuchModel _, Exhaustion.Stopped _, Exhaustion.DeadlinePassed _ -> exhaustion;
        };
    }

    private Unavailability of(Unavailability unavailability) {
        return new Unavailability(
                unavailability.cooling().stream().map(this::of).toList(),
                unavailability.more(),
                unavailability.reasons(),
                moments.apply(unavailability.readyAt()));
    }

    private CoolingKey of(CoolingKey key) {
        return new CoolingKey(key.key(), key.model(), key.reason(), key.foreseen(), moments.apply(key.until()));
    }

    private ProviderStatus of(ProviderStatus provider) {
        return new ProviderStatus(
                provider.id(),
                provider.defaultModel(),
                provider.keys().stream().map(this::of).toList(),
                provider.usableKeys(),
                provider.moreModels());
    }

    private KeyStatus of(KeyStatus key) {
        return new KeyStatus(
                key.key(),
                of(key.state()),
                key.known().stream().map(this::of).toList(),
                key.models().stream().map(this::of).toList(),
                of(key.tally()));
    }

    private KeyState of(KeyState keyState) {
        return switch (keyState) {
            case KeyState.Ready ready -> ready;
            case KeyState.Cooling(var reason, var foreseen, var since, var until) ->
                new KeyState.Cooling(reason, foreseen, moments.apply(since), moments.apply(until));
            case KeyState.Probing(var reason, var since) -> new KeyState.Probing(reason, moments.apply(since));
            case KeyState.Retired(var since, var until) ->
                new KeyState.Retired(moments.apply(since), moments.apply(until));
        };
    }

    private Known of(Known known) {
        return new Known(
                known.scope(),
                known.reason(),
                known.foreseen(),
                moments.apply(known.since()),
                moments.apply(known.until()),
                known.phase());
    }

    private ModelStatus of(ModelStatus model) {
        return new ModelStatus(
                model.model(),
                of(model.state()),
                model.limits(),
                orNull(model.reportedAt()),
                model.pending(),
                orNull(model.fullUntil()));
    }

    private Tally of(Tally tally) {
        return new Tally(tally.attempts(), tally.failures(), orNull(tally.lastUse()));
    }

    private @Nullable Instant orNull(@Nullable Instant moment) {
        return moment == null ? null : moments.apply(moment);
    }
}
