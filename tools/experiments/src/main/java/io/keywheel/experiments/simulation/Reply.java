package io.keywheel.experiments.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;

/// What a provider replies to a call.
public sealed interface Reply {

    /// The limits that its headers report.
    RateLimitStatus headers();

    /// @param cached how many tokens of the prompt came from a cache
    record Answered(RateLimitStatus headers, int cached) implements Reply {}

    /// @param failure as an adapter reads it from headers and message
    record Failed(Failure failure, RateLimitStatus headers) implements Reply {}
}
