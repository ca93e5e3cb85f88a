package io.keywheel.domain.usage;

import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// An attempt of a chat, without its content.
///
/// @param cause why it failed, as in [Failure#cause][io.keywheel.domain.failover.Failure#cause]; cut off after
///     200 characters
/// @param waitTime the time in the wait queue before the attempt
public record EndedAttempt(Target target, Outcome outcome, String cause, Duration waitTime, Duration duration) {

    /// Records of requests keep the cause, and an adapter may choose one of any length.
    private static final int LONGEST_CAUSE = 200;

    public EndedAttempt {
        cause = cause.substring(0, Math.min(cause.length(), LONGEST_CAUSE));
    }
}
