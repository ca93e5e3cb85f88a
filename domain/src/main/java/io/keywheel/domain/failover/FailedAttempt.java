package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Target;

/// An attempt that brought no answer.
///
/// @param probe whether the attempt was the probe of the very scope that its failure cools down
public record FailedAttempt(Target target, Failure failure, boolean probe) {

    /// How users see it: `groq/1:rate_limited`.
    @Override
    public String toString() {
        return target.key().slot() + ":" + failure.kind().label();
    }
}
