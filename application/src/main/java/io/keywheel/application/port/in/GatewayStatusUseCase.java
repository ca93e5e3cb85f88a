package io.keywheel.application.port.in;

import io.keywheel.domain.status.PoolStatus;
import java.util.Optional;

/// Says how the keys are. Safe for any number of threads.
public interface GatewayStatusUseCase {

    /// What is known now, as one consistent picture. Takes time in the order of keys times models.
    PoolStatus status();

    /// The same for default models only, quick enough for probes: [PoolStatus.KeyStatus#known] and
    /// [PoolStatus.KeyStatus#models] are empty.
    PoolStatus overview();

    /// How many requests wait, for a cooling key or for the outcome of calls under way.
    int waiting();

    /// Whether the store through which gateways share what they know is there; empty where none is set up.
    default Optional<Boolean> isStoreConnected() {
        return Optional.empty();
    }
}
