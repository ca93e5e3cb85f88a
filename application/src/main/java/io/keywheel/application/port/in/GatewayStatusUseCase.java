package io.keywheel.application.port.in;

import io.keywheel.domain.status.PoolStatus;
import java.util.Optional;

/// The state of the keys. Safe for any number of threads.
public interface GatewayStatusUseCase {

    /// The whole pool at one moment. Takes time in the order of keys times models.
    PoolStatus status();

    /// The same for default models only, quick enough for probes: [PoolStatus.KeyStatus#known] and
    /// [PoolStatus.KeyStatus#models] are empty.
    PoolStatus overview();

    /// How many requests wait, for a cooling key or for the outcome of calls under way.
    int waiting();

    /// Whether the store of the shared state is connected; empty where none is set up.
    default Optional<Boolean> isStoreConnected() {
        return Optional.empty();
    }
}
