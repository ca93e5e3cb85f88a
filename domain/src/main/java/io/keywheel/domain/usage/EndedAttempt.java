package io.keywheel.domain.usage;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An attempt of a chat, without its content.
///
/// @param failure null for one that answered to the end
/// @param waited in the wait queue before it
/// @param took from its beginning
public record EndedAttempt(Target target, Failure.@Nullable Kind failure, Duration waited, Duration took) {

    /// `ok`, or the kind of the failure: `rate_limited`.
    public String outcome() {
        return failure == null ? "ok" : failure.label();
    }
}
