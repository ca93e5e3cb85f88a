package io.keywheel.domain.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How many calls may be pending at once, proved by those that got in: for the limits that nobody tells of beforehand.
///
/// Before the first limit it is open. After one it opens from a single call, by one more with each that is let in while
/// it is full: calls that come one by one prove nothing for a crowd. It closes again the nearer it comes to what was
/// let
/// in between the last two limits, for there the next one may be, and opens anew beyond.
final class Window {

    private @Nullable Instant limitedAt;
    private long width;
    private long letInSinceLimit;
    private long letInBetweenLimits;

    boolean admits(int pending) {
        return limitedAt == null || pending < Math.min(width, 1 + Math.abs(letInBetweenLimits - letInSinceLimit));
    }

    /// @param pending how many there were, the call that is let in among them
    void letIn(Instant begun, int pending) {
        if (limitedAt != null && !begun.isAfter(limitedAt)) {
            letInBetweenLimits++;
            return;
        }
        letInSinceLimit++;
        if (pending >= width) {
            width++;
        }
    }

    /// A call begun at `begun` has met a limit. Many that meet it together meet one.
    void limited(Instant begun, Instant now) {
        if (limitedAt != null && !begun.isAfter(limitedAt)) {
            return;
        }
        if (letInSinceLimit > 0) {
            letInBetweenLimits = letInSinceLimit;
        }
        letInSinceLimit = 0;
        width = 1;
        limitedAt = now;
    }

    /// That which has met a limit last.
    static Window later(Window a, Window b) {
        boolean isB = b.limitedAt != null && (a.limitedAt == null || b.limitedAt.isAfter(a.limitedAt));
        return isB ? b : a;
    }
}
