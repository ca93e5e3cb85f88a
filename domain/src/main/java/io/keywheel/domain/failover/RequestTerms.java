package io.keywheel.domain.failover;

import java.time.Instant;

/// The limits of one request.
///
/// @param fallback false: a single attempt, whose failure is returned
/// @param maxAttempts the most attempts; 0 for as many as there are ready keys
/// @param waitUntil until when it may wait for a cooling key, clamped to the deadline; [Instant#MIN] if the settings
///     permit no wait
/// @param deadline when the request and all its attempts end
public record RequestTerms(boolean fallback, int maxAttempts, Instant waitUntil, Instant deadline) {

    public RequestTerms {
        waitUntil = Instants.earlier(waitUntil, deadline);
    }

    /// Whether the settings permit a wait for a cooling key, although it may be over by now.
    public boolean mayWait() {
        return waitUntil.isAfter(Instant.MIN);
    }

    RequestTerms waitingUntil(Instant moment) {
        return new RequestTerms(fallback, maxAttempts, moment, deadline);
    }
}
