package io.keywheel.application.port.in;

import io.keywheel.domain.status.PoolStatus;

/// Says how the keys are.
public interface GatewayStatusUseCase {

    /// What is known now, as one consistent picture. Takes time in the order of keys times models.
    PoolStatus status();

    /// The same without what is particular to single models: quick enough for probes.
    PoolStatus overview();

    /// How many requests wait, for a cooling key or for the outcome of calls under way.
    int waiting();
}
