package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
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
    public record ProviderStatus(ProviderId id, ModelId defaultModel, List<KeyStatus> keys) {
        public ProviderStatus {
            keys = List.copyOf(keys);
        }

        /// Whether a request for its default model would find a key.
        public boolean canAnswer() {
            return keys.stream().anyMatch(key -> key.standing() instanceof Standing.Ready);
        }
    }

    /// @param standing for the provider's default model
    /// @param models by model, where it stands otherwise or the provider told what is left
    public record KeyStatus(PoolKey key, Standing standing, List<ModelStatus> models, Tally tally) {
        public KeyStatus {
            models = List.copyOf(models);
        }
    }

    /// @param allowance what the provider last said is left
    public record ModelStatus(ModelId model, Standing standing, Allowance allowance) {}

    /// What a key has been through since the start.
    ///
    /// @param attempts how often it was asked
    /// @param failures how often each kind of failure came of it; kinds that never did are left out
    /// @param lastUse when it was last asked; null for never
    public record Tally(
            long attempts,
            Map<Failure.Kind, Long> failures,
            @Nullable Instant lastUse) {

        static final Tally NONE = new Tally(0, Map.of(), null);

        public Tally {
            failures = Map.copyOf(failures);
        }
    }
}
