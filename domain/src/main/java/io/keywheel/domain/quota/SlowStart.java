package io.keywheel.domain.quota;

import java.time.Instant;

/// Bounds the calls in flight by a window, for limits that the provider does not report beforehand.
///
/// Before the first rate limit, the window is open. After a limit, it begins at one call, and grows by one with
/// each call accepted while it is full. Sequential calls do not show how many may run at once. The window shrinks
/// near the number of calls accepted between the last two limits, because the next limit may be there. It grows
/// again beyond that number.
///
/// @param limitedAt when a call was rate limited last; [Instant#MIN] for never
/// @param width the window without the shrinking
record SlowStart(Instant limitedAt, long width, long acceptedSinceLimit, long acceptedBetweenLimits) {

    static final SlowStart OPEN = new SlowStart(Instant.MIN, 0, 0, 0);

    boolean isLimited() {
        return !limitedAt.equals(Instant.MIN);
    }

    boolean admits(int inFlight) {
        return !isLimited() || inFlight < Math.min(width, 1 + Math.abs(acceptedBetweenLimits - acceptedSinceLimit));
    }

    /// @param inFlight the calls in flight, including the one that is accepted
    SlowStart afterAcceptance(Instant begun, int inFlight) {
        if (isOlderThanLimit(begun)) {
            return new SlowStart(limitedAt, width, acceptedSinceLimit, acceptedBetweenLimits + 1);
        }
        return new SlowStart(
                limitedAt, inFlight >= width ? width + 1 : width, acceptedSinceLimit + 1, acceptedBetweenLimits);
    }

    /// The state after a call begun at `begun` was rate limited. Several calls that are limited together count as
    /// one.
    SlowStart afterLimit(Instant begun, Instant now) {
        return isOlderThanLimit(begun)
                ? this
                : new SlowStart(now, 1, 0, acceptedSinceLimit > 0 ? acceptedSinceLimit : acceptedBetweenLimits);
    }

    private boolean isOlderThanLimit(Instant begun) {
        return !begun.isAfter(limitedAt);
    }

    /// The state with the later rate limit.
    static SlowStart later(SlowStart a, SlowStart b) {
        return b.limitedAt.isAfter(a.limitedAt) ? b : a;
    }
}
