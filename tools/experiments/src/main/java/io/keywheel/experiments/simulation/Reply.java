package io.keywheel.experiments.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;

/// A provider's reply to a call.
public sealed interface Reply {

    RateLimitStatus headers();

    /// @param cached the number of the prompt's tokens that came from a cache
    record Answered(RateLimitStatus headers, int cached) implements Reply {}

    /// @param failure as an adapter would read it from headers and message
    record Failed(Failure failure, RateLimitStatus headers) implements Reply {}
}
