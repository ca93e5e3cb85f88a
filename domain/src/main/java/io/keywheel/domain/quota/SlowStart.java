package io.keywheel.domain.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Bounds the calls in flight by those admitted before, for limits that the provider does not report beforehand.
///
/// Before the first limit it does not bound them. After a limit, the window begins at one call. It grows by one with
/// each call that is admitted while the window is full: calls one by one prove nothing for many at once. The window
/// shrinks near the number of calls admitted between the last two limits, where the next limit may be, and grows again
/// beyond.
///
/// @param limitedAt when a call met a limit last; null for never
/// @param width the window without that shrinking
record SlowStart(@Nullable Instant limitedAt, long width, long admittedSinceLimit, long admittedBetweenLimits) {

    static final SlowStart OPEN = new SlowStart(null, 0, 0, 0);

    boolean isLimited() {
        return limitedAt != null;
    }

    boolean admits(int pending) {
        return limitedAt == null || pending < Math.min(width, 1 + Math.abs(admittedBetweenLimits - admittedSinceLimit));
    }

    /// @param pending the calls in flight, including the one that is admitted
    SlowStart afterAdmission(Instant begun, int pending) {
        if (isOlderThanLimit(begun)) {
            return new SlowStart(limitedAt, width, admittedSinceLimit, admittedBetweenLimits + 1);
        }
        return new SlowStart(
                limitedAt, pending >= width ? width + 1 : width, admittedSinceLimit + 1, admittedBetweenLimits);
    }

    /// After a call begun at `begun` has met a limit. Several calls that meet a limit together count as one.
    SlowStart afterLimit(Instant begun, Instant now) {
        return isOlderThanLimit(begun)
                ? this
                : new SlowStart(now, 1, 0, admittedSinceLimit > 0 ? admittedSinceLimit : admittedBetweenLimits);
    }

    private boolean isOlderThanLimit(Instant begun) {
        return limitedAt != null && !begun.isAfter(limitedAt);
    }

    /// The one that met a limit later.
    static SlowStart later(SlowStart a, SlowStart b) {
        boolean isB = b.limitedAt != null && (a.limitedAt == null || b.limitedAt.isAfter(a.limitedAt));
        return isB ? b : a;
    }
}
