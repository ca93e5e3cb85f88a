package io.keywheel.domain.usage;

import io.keywheel.domain.routing.Target;
import java.time.Duration;

/// An attempt of a chat, without its content.
///
/// @param waited in the wait queue before it
/// @param took from its beginning
public record EndedAttempt(Target target, Outcome outcome, Duration waited, Duration took) {}
