package io.keywheel.domain.usage;

import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// An attempt of a chat, without its content.
///
/// @param cause why it failed, as in [Failure#cause][io.keywheel.domain.failover.Failure#cause]
/// @param waitTime the time in the wait queue before the attempt
public record EndedAttempt(Target target, Outcome outcome, String cause, Duration waitTime, Duration duration) {}
