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
/// @param current the provider that a request without a model would ask next; the first one if it would ask none
/// @param readyAt when a request could use a key again; `at` if it can now
public record PoolStatus(Instant at, List<ProviderStatus> providers, ProviderId current, Instant readyAt) {

    public PoolStatus {
        providers = List.copyOf(providers);
    }

    /// @param keys in the order of their slots
    /// @param usableKeys how many keys a request could use for a model of the route `auto` at this provider. If
    ///     that route does not lead here, its default model counts. A request may also use a key to probe an
    ///     unconfirmed outage, or one that is over
    /// @param moreModels how many known models the keys do not list
    public record ProviderStatus(
            ProviderId id, ModelId defaultModel, List<KeyStatus> keys, int usableKeys, int moreModels) {
        public ProviderStatus {
            keys = List.copyOf(keys);
        }

        public boolean canAnswer() {
            return usableKeys > 0;
        }
    }

    /// @param state for the provider's default model
    /// @param known all cooldowns of the key's scopes for any listed model, including expired ones that were not
    ///     disproved
    /// @param models the models for which the state differs, the provider reported its quota, or another call has
    ///     to wait
    public record KeyStatus(
            PoolKey key, KeyState state, List<KnownCooldown> known, List<ModelStatus> models, Tally tally) {
        public KeyStatus {
            known = List.copyOf(known);
            models = List.copyOf(models);
        }
    }

    /// A cooldown that concerns a key.
    ///
    /// @param scope the key itself, or one that it shares with others
    /// @param foreseen as in [KeyState.Cooling]
    /// @param until in the past if no request has tried the scope since
    public record KnownCooldown(
            Scope scope, Failure.Kind reason, boolean foreseen, Instant since, Instant until, Phase phase) {}

    /// The phase of a cooldown.
    public enum Phase {
        COOLING,
        /// One request probes whether the scope works again.
        ON_TRIAL,
        /// The cooldown is over; the next request that uses the scope probes it.
        TO_BE_TRIED
    }

    /// @param limits the remaining quota that the provider last reported
    /// @param pending calls of the key's group in flight, which may still be refused; at their limit, other calls
    ///     wait
    /// @param fullUntil when another call may be made if no report comes earlier; null for now
    public record ModelStatus(
            ModelId model,
            KeyState state,
            RateLimitStatus limits,
            @Nullable Instant reportedAt,
            int pending,
            @Nullable Instant fullUntil) {}

    /// The attempts of a key since the start.
    ///
    /// @param failures by kind; kinds without failures are omitted
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
