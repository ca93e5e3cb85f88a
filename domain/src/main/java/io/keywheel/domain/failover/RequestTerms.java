package io.keywheel.domain.failover;

import java.time.Instant;

/// The limits of one request.
///
/// @param fallback false: exactly one attempt, whose own failure is the answer
/// @param maxAttempts the most attempts; 0 for as many as there are ready keys
/// @param waitUntil until when it may wait for a cooling key; clamped to the deadline
/// @param deadline when it ends with all its attempts
public record RequestTerms(boolean fallback, int maxAttempts, Instant waitUntil, Instant deadline) {

    public RequestTerms {
        waitUntil = waitUntil.isBefore(deadline) ? waitUntil : deadline;
    }

    RequestTerms waitingUntil(Instant moment) {
        return new RequestTerms(fallback, maxAttempts, moment, deadline);
    }
}
