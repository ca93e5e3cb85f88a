package io.keywheel.experiments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;

/// What a provider replies to a call.
sealed interface Reply {

    /// The limits that its headers report.
    RateLimitStatus headers();

    record Answered(RateLimitStatus headers) implements Reply {}

    /// @param failure as an adapter reads it from headers and message
    record Failed(Failure failure, RateLimitStatus headers) implements Reply {}
}
