package io.keywheel.application.port.in;

import io.keywheel.domain.status.PoolStatus;
import java.util.Optional;

/// The state of the keys. Safe for any number of threads.
public interface GatewayStatusUseCase {

    /// A snapshot of the whole pool. Takes time in the order of keys times models.
    PoolStatus status();

    /// A snapshot with default models only, fast enough for health checks: [PoolStatus.KeyStatus#known] and
    /// [PoolStatus.KeyStatus#models] are empty.
    PoolStatus overview();

    /// The number of requests that wait, for a cooling key or for the outcome of in-flight calls.
    int waiting();

    /// Whether the store of the shared state is connected; empty without shared state.
    default Optional<Boolean> isStoreConnected() {
        return Optional.empty();
    }
}
