package io.keywheel.domain.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How many calls may be pending at once, proved by those that got in: for limits that are not reported
/// beforehand.
///
/// Before the first limit it is open. After one it opens from a single call, by one more with each that is admitted
/// while it is full: calls that come one by one prove nothing for a crowd. It closes again the nearer it comes to what
/// was admitted between the last two limits, for there the next one may be, and opens anew beyond.
///
/// @param limitedAt when it met a limit last; null for never
record SlowStart(@Nullable Instant limitedAt, long width, long admittedSinceLimit, long admittedBetweenLimits) {

    static final SlowStart OPEN = new SlowStart(null, 0, 0, 0);

    boolean isLimited() {
        return limitedAt != null;
    }

    boolean admits(int pending) {
        return limitedAt == null || pending < Math.min(width, 1 + Math.abs(admittedBetweenLimits - admittedSinceLimit));
    }

    /// @param pending how many there were, the call that is admitted among them
    SlowStart afterAdmission(Instant begun, int pending) {
        if (isOlderThanLimit(begun)) {
            return new SlowStart(limitedAt, width, admittedSinceLimit, admittedBetweenLimits + 1);
        }
        return new SlowStart(
                limitedAt, pending >= width ? width + 1 : width, admittedSinceLimit + 1, admittedBetweenLimits);
    }

    /// After a call begun at `begun` has met a limit. Many that meet it together meet one.
    SlowStart afterLimit(Instant begun, Instant now) {
        return isOlderThanLimit(begun)
                ? this
                : new SlowStart(now, 1, 0, admittedSinceLimit > 0 ? admittedSinceLimit : admittedBetweenLimits);
    }

    private boolean isOlderThanLimit(Instant begun) {
        return limitedAt != null && !begun.isAfter(limitedAt);
    }

    /// That which has met a limit last.
    static SlowStart later(SlowStart a, SlowStart b) {
        boolean isB = b.limitedAt != null && (a.limitedAt == null || b.limitedAt.isAfter(a.limitedAt));
        return isB ? b : a;
    }
}
