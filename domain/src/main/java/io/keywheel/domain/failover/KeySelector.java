package io.keywheel.domain.failover;

import java.time.Instant;

/// Knows the keys, and whose turn it is.
public interface KeySelector {

    /// The next key for the request at `now`. A key that is chosen has had its turn.
    KeySelection choose(RequestAttempts requestAttempts, Instant now);

    /// What keeps the keys from being asked at `now` that are on the way of the request: those of providers that
    /// have refused its request are not.
    Unavailability unavailability(RequestAttempts requestAttempts, Instant now);
}
