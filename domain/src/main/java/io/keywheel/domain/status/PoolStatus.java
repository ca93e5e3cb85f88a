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
    /// @param usableKeys how many keys a request for the default model could use. Besides the ready ones, these are
    ///     keys that only an unconfirmed outage keeps out of turn: a request may probe that
    /// @param moreModels how many known models the keys do not show
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
    /// @param known all cooldowns that concern the key for any model, including those that are over but not
    ///     disproved
    /// @param models the models for which the state differs, or the provider reported what is left
    public record KeyStatus(PoolKey key, KeyState state, List<Known> known, List<ModelStatus> models, Tally tally) {
        public KeyStatus {
            known = List.copyOf(known);
            models = List.copyOf(models);
        }
    }

    /// A cooldown that concerns a key.
    ///
    /// @param scope what is out of turn: the key itself, or something that it shares with others
    /// @param reason the failure that began the cooldown
    /// @param foreseen whether that failure has not happened yet: too little quota is left
    /// @param since when it went out of turn
    /// @param until when it may be asked again; in the past if no request has tried it since
    public record Known(
            Scope scope, Failure.Kind reason, boolean foreseen, Instant since, Instant until, Phase phase) {}

    /// The phase of a cooldown.
    public enum Phase {
        /// The cooldown is under way.
        COOLING,
        /// One request probes whether the scope works again.
        ON_TRIAL,
        /// The cooldown is over; the next request that uses the scope probes it.
        TO_BE_TRIED
    }

    /// @param limits what the provider last reported as left
    /// @param reportedAt when it reported that; null without a report
    /// @param pending calls of the key's group that may still be refused; others wait when these are as many as
    ///     allowed
    /// @param fullUntil when another call may be made if nothing is reported before; null for now
    public record ModelStatus(
            ModelId model,
            KeyState state,
            RateLimitStatus limits,
            @Nullable Instant reportedAt,
            int pending,
            @Nullable Instant fullUntil) {}

    /// The attempts of a key since the start.
    ///
    /// @param attempts how many there were
    /// @param failures how many failed, by kind; kinds that never came are left out
    /// @param lastUse the start of the last one; null for none
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
