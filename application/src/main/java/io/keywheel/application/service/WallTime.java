package io.keywheel.application.service;

import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Shortage.RestingKey;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.Change;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.Known;
import io.keywheel.domain.health.PoolStatus.ModelStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.health.PoolStatus.Tally;
import io.keywheel.domain.health.Standing;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Converts the moments of whatever leaves the core to the wall clock. Inside, the monotonic clock counts.
record WallTime(UnaryOperator<Instant> moments) {

    PoolStatus of(PoolStatus pool) {
        return new PoolStatus(
                moments.apply(pool.at()),
                pool.providers().stream().map(this::of).toList(),
                pool.current());
    }

    Change of(Change change) {
        return switch (change) {
            case Change.Rested(var scope, var until, var because) ->
                new Change.Rested(scope, moments.apply(until), because);
            case Change.Throttled(var provider, var until, var groups) ->
                new Change.Throttled(provider, moments.apply(until), groups);
            case Change.Merged _, Change.Recovered _ -> change;
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
            case Exhaustion.AllKeysFailed(var provider, var attempts, var shortage) ->
                new Exhaustion.AllKeysFailed(provider, attempts, of(shortage));
            case Exhaustion.AllProvidersFailed(var attempts, var shortage) ->
                new Exhaustion.AllProvidersFailed(attempts, of(shortage));
            case Exhaustion.NoSuchModel _, Exhaustion.Stopped _, Exhaustion.DeadlinePassed _ -> exhaustion;
        };
    }

    private Shortage of(Shortage shortage) {
        return new Shortage(shortage.resting().stream().map(this::of).toList(), moments.apply(shortage.readyAt()));
    }

    private RestingKey of(RestingKey key) {
        return new RestingKey(key.key(), key.reason(), key.foreseen(), moments.apply(key.until()));
    }

    private ProviderStatus of(ProviderStatus provider) {
        return new ProviderStatus(
                provider.id(),
                provider.defaultModel(),
                provider.keys().stream().map(this::of).toList(),
                provider.moreModels());
    }

    private KeyStatus of(KeyStatus key) {
        return new KeyStatus(
                key.key(),
                of(key.standing()),
                key.known().stream().map(this::of).toList(),
                key.models().stream().map(this::of).toList(),
                of(key.tally()));
    }

    private Standing of(Standing standing) {
        return switch (standing) {
            case Standing.Ready ready -> ready;
            case Standing.Cooling(var reason, var foreseen, var since, var until) ->
                new Standing.Cooling(reason, foreseen, moments.apply(since), moments.apply(until));
            case Standing.OnTrial(var reason, var since) -> new Standing.OnTrial(reason, moments.apply(since));
            case Standing.Retired(var since, var until) ->
                new Standing.Retired(moments.apply(since), moments.apply(until));
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
                of(model.standing()),
                model.allowance(),
                orNull(model.toldAt()),
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
