package io.keywheel.domain.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How many calls may be pending at once, proved by those that got in: for the limits that nobody tells of beforehand.
///
/// Before the first limit it is open. After one it opens from a single call, by one more with each that is let in while
/// it is full: calls that come one by one prove nothing for a crowd. It closes again the nearer it comes to what was
/// let in between the last two limits, for there the next one may be, and opens anew beyond.
///
/// @param limitedAt when it met a limit last; null for never
record Window(@Nullable Instant limitedAt, long width, long letInSinceLimit, long letInBetweenLimits) {

    static final Window OPEN = new Window(null, 0, 0, 0);

    boolean admits(int pending) {
        return limitedAt == null || pending < Math.min(width, 1 + Math.abs(letInBetweenLimits - letInSinceLimit));
    }

    /// @param pending how many there were, the call that is let in among them
    Window afterLettingIn(Instant begun, int pending) {
        if (isOfBeforeTheLimit(begun)) {
            return new Window(limitedAt, width, letInSinceLimit, letInBetweenLimits + 1);
        }
        return new Window(limitedAt, pending >= width ? width + 1 : width, letInSinceLimit + 1, letInBetweenLimits);
    }

    /// After a call begun at `begun` has met a limit. Many that meet it together meet one.
    Window afterLimit(Instant begun, Instant now) {
        return isOfBeforeTheLimit(begun)
                ? this
                : new Window(now, 1, 0, letInSinceLimit > 0 ? letInSinceLimit : letInBetweenLimits);
    }

    private boolean isOfBeforeTheLimit(Instant begun) {
        return limitedAt != null && !begun.isAfter(limitedAt);
    }

    /// That which has met a limit last.
    static Window later(Window a, Window b) {
        boolean isB = b.limitedAt != null && (a.limitedAt == null || b.limitedAt.isAfter(a.limitedAt));
        return isB ? b : a;
    }
}
