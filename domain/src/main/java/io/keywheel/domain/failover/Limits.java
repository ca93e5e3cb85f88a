package io.keywheel.domain.failover;

import java.time.Duration;
import java.time.Instant;

/// How much is done for any one request.
///
/// @param maxAttempts the most upstream attempts; 0 for as many as there are ready keys
/// @param maxWait how long it may wait for a cooling key when none is ready; zero for not at all
/// @param requestTimeout the whole of it, with all its attempts; more than zero
public record Limits(int maxAttempts, Duration maxWait, Duration requestTimeout) {

    /// The terms of a request that comes in at `now`.
    public Terms terms(boolean fallback, Instant now) {
        return new Terms(fallback, maxAttempts, now.plus(maxWait), now.plus(requestTimeout));
    }
}
