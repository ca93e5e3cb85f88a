package io.keywheel.domain.status;

import io.keywheel.domain.failover.Failure;
import java.time.Instant;

/// The state of a key in the rotation.
public sealed interface KeyState {

    /// The key may be asked.
    record Ready() implements KeyState {}

    /// The key is out of turn for a while.
    ///
    /// @param reason the failure that took it out of turn
    /// @param foreseen whether that failure has not happened yet: too little quota is left
    /// @param since when the key went out of turn
    /// @param until when it may be asked again
    record Cooling(Failure.Kind reason, boolean foreseen, Instant since, Instant until) implements KeyState {}

    /// The cooldown of the key is over, and one request probes whether it works again.
    record Probing(Failure.Kind reason, Instant since) implements KeyState {}

    /// The provider does not accept the key.
    ///
    /// @param until when it is tried once more all the same
    record Retired(Instant since, Instant until) implements KeyState {}
}
