package io.keywheel.domain.failover;

import io.keywheel.domain.routing.Target;

/// An attempt without an answer.
///
/// @param probe whether the attempt probed the scope that its failure cools down
/// @param generation as in [Step.Attempt]
public record FailedAttempt(Target target, Failure failure, boolean probe, int generation) {

    /// How users see it: `groq/1:rate_limited`.
    @Override
    public String toString() {
        return target.key().slot() + ":" + failure.kind().label();
    }
}
