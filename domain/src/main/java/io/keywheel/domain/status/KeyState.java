package io.keywheel.domain.status;

import io.keywheel.domain.failover.Failure;
import java.time.Instant;

/// How a key stands in the rotation.
public sealed interface KeyState {

    /// It may be asked.
    record Ready() implements KeyState {}

    /// It is out of turn for a while.
    ///
    /// @param reason the failure that took it out
    /// @param foreseen whether that failure has not happened yet: too little quota is left
    /// @param since when it went out
    /// @param until when it may be asked again
    record Cooling(Failure.Kind reason, boolean foreseen, Instant since, Instant until) implements KeyState {}

    /// Its cooldown is over and one request is finding out whether it works again.
    record Probing(Failure.Kind reason, Instant since) implements KeyState {}

    /// The provider does not accept it.
    ///
    /// @param until when it is tried once more all the same
    record Retired(Instant since, Instant until) implements KeyState {}
}
