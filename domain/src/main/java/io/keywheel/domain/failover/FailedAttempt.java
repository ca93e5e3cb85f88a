package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Target;

/// An attempt without an answer.
///
/// @param probe whether the attempt probed the scope that its failure cools down
public record FailedAttempt(Target target, Failure failure, boolean probe) {

    /// How users see it: `groq/1:rate_limited`.
    @Override
    public String toString() {
        return target.key().slot() + ":" + failure.kind().label();
    }
}
