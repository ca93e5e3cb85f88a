package io.keywheel.domain.failover;

import java.time.Instant;

/// What a request allows to be done for it.
///
/// @param fallback false: exactly one attempt, whose own failure is the answer
/// @param maxAttempts the most attempts; 0 for as many as there are ready keys
/// @param waitUntil how long it waits for a cooling key when none is ready: not beyond its deadline
/// @param deadline when it ends with all its attempts
public record RequestTerms(boolean fallback, int maxAttempts, Instant waitUntil, Instant deadline) {

    public RequestTerms {
        waitUntil = waitUntil.isBefore(deadline) ? waitUntil : deadline;
    }

    RequestTerms waitingUntil(Instant moment) {
        return new RequestTerms(fallback, maxAttempts, moment, deadline);
    }
}
