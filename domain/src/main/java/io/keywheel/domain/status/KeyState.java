package io.keywheel.domain.status;

import io.keywheel.domain.failover.Failure;
import java.time.Instant;

/// The state of a key in the rotation.
public sealed interface KeyState {

    /// The key may be used.
    record Ready() implements KeyState {}

    /// The key cools down.
    ///
    /// @param foreseen whether no failure has occurred yet, but too little quota is left
    record Cooling(Failure.Kind reason, boolean foreseen, Instant since, Instant until) implements KeyState {}

    /// The cooldown of the key is over, and one request probes whether it works again.
    record Probing(Failure.Kind reason, Instant since) implements KeyState {}

    /// The provider does not accept the key.
    ///
    /// @param until when the key is tried once more
    record Retired(Instant since, Instant until) implements KeyState {}
}
