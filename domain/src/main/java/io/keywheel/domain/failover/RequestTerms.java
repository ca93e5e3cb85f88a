package io.keywheel.domain.failover;

import java.time.Instant;

/// The limits of one request.
///
/// @param fallback false: a single attempt, whose failure is returned
/// @param maxAttempts the most attempts; 0 for as many as there are ready keys
/// @param waitUntil until when it may wait for a cooling key; clamped to the deadline
/// @param deadline when the request and all its attempts end
public record RequestTerms(boolean fallback, int maxAttempts, Instant waitUntil, Instant deadline) {

    public RequestTerms {
        waitUntil = Instants.earlier(waitUntil, deadline);
    }

    RequestTerms waitingUntil(Instant moment) {
        return new RequestTerms(fallback, maxAttempts, moment, deadline);
    }
}
