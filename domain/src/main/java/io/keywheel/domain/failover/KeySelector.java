package io.keywheel.domain.failover;

import java.time.Instant;

/// Knows the keys, and whose turn it is.
public interface KeySelector {

    /// The next key for the request at `now`. A key that is chosen has had its turn.
    KeySelection choose(RequestAttempts requestAttempts, Instant now);

    /// Undoes an attempt that was chosen for the request and has not been made.
    void withdraw(Step.Attempt attempt, RequestAttempts requestAttempts, Instant now);

    /// Why the keys that the request could still use cannot be asked at `now`. Providers that refused the request
    /// do not count.
    Unavailability unavailability(RequestAttempts requestAttempts, Instant now);
}
