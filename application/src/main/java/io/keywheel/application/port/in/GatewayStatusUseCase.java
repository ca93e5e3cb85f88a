package io.keywheel.application.port.in;

import io.keywheel.domain.health.PoolStatus;

/// Says how the keys are.
public interface GatewayStatusUseCase {

    /// What is known now, as one consistent picture.
    PoolStatus status();
}
