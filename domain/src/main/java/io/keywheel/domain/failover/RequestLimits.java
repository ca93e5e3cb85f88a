package io.keywheel.domain.failover;

import java.time.Duration;
import java.time.Instant;

/// The limits of all requests, from the settings.
///
/// @param maxAttempts the most upstream attempts of a request; 0 for as many as there are ready keys
/// @param maxWait how long a request may wait for a cooling key when none is ready; zero for not at all
/// @param maxWaiting how many requests may wait at the same time, for a cooling key or the outcome of a probe; 0 for
///     none
/// @param requestTimeout the most time of a request with all its attempts; more than zero
/// @param affinity how long a conversation prefers the quota group that answered it last; zero for not at all
public record RequestLimits(
        int maxAttempts, Duration maxWait, int maxWaiting, Duration requestTimeout, Duration affinity) {

    /// The limits of a request that arrives at `now`.
    public RequestTerms terms(boolean fallback, Instant now) {
        Instant waitUntil = maxWait.isZero() ? Instant.MIN : now.plus(maxWait);
        return new RequestTerms(fallback, maxAttempts, waitUntil, now.plus(requestTimeout));
    }
}
