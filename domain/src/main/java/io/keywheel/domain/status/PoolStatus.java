package io.keywheel.domain.status;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The whole pool at one moment.
///
/// @param providers in rotation order
/// @param current the provider whose turn is next on Path A
public record PoolStatus(Instant at, List<ProviderStatus> providers, ProviderId current) {

    public PoolStatus {
        providers = List.copyOf(providers);
    }

    /// @param keys in the order of their places
    /// @param usableKeys how many of them a request for the default model would be sent with: the ready ones, and
    ///     those that an unconfirmed outage alone keeps out of turn, which a request may probe
    /// @param moreModels how many models something is known of beyond those that the keys show
    public record ProviderStatus(
            ProviderId id, ModelId defaultModel, List<KeyStatus> keys, int usableKeys, int moreModels) {
        public ProviderStatus {
            keys = List.copyOf(keys);
        }

        /// Whether a request for its default model would find a key.
        public boolean canAnswer() {
            return usableKeys > 0;
        }
    }

    /// @param state for the provider's default model
    /// @param known all that speaks, or spoke and is not disproved yet, against the key, whatever the model
    /// @param models by model, where it stands otherwise or the provider reported what is left
    public record KeyStatus(PoolKey key, KeyState state, List<Known> known, List<ModelStatus> models, Tally tally) {
        public KeyStatus {
            known = List.copyOf(known);
            models = List.copyOf(models);
        }
    }

    /// What is known of something that concerns a key.
    ///
    /// @param scope what is out of turn: the key itself, or what it shares with others
    /// @param reason the failure that did it
    /// @param foreseen whether that failure has not happened yet: too little quota is left
    /// @param since when it went out of turn
    /// @param until when it may be asked again; in the past if no request has tried it since
    public record Known(
            Scope scope, Failure.Kind reason, boolean foreseen, Instant since, Instant until, Phase phase) {}

    /// How far something out of turn has come.
    public enum Phase {
        /// It cools down.
        COOLING,
        /// One request is finding out whether it works again.
        ON_TRIAL,
        /// Its cooldown is over; the next request that uses it finds out.
        TO_BE_TRIED
    }

    /// @param limits what the provider last said is left
    /// @param reportedAt when it said so; null where it never did
    /// @param pending calls of the key's group that may still be refused, for which others wait when they
    ///     are as many as may be
    /// @param fullUntil when another one may be made, should nothing be heard before; null for now
    public record ModelStatus(
            ModelId model,
            KeyState state,
            RateLimitStatus limits,
            @Nullable Instant reportedAt,
            int pending,
            @Nullable Instant fullUntil) {}

    /// What a key has been through since the start.
    ///
    /// @param attempts how often it was asked
    /// @param failures how often each kind of failure came of it; kinds that never did are left out
    /// @param lastUse when it was last asked; null for never
    public record Tally(
            long attempts,
            Map<Failure.Kind, Long> failures,
            @Nullable Instant lastUse) {

        public static final Tally NONE = new Tally(0, Map.of(), null);

        public Tally {
            failures = Map.copyOf(failures);
        }
    }
}
