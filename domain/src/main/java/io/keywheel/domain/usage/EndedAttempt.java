package io.keywheel.domain.usage;

import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// An attempt of a chat, without its content.
///
/// @param waitTime the time in the wait queue before the attempt
/// @param duration the time from the start of the attempt to its end
public record EndedAttempt(Target target, Outcome outcome, Duration waitTime, Duration duration) {}
