package io.keywheel.domain.quota;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a provider said is left.
///
/// @param of when the call had begun to which it said so
/// @param at when it said so; null where it never did
public record RateLimitSnapshot(
        RateLimitStatus allowance, Instant of, @Nullable Instant at) {

    public static final RateLimitSnapshot NOTHING = new RateLimitSnapshot(RateLimitStatus.UNKNOWN, Instant.MIN, null);

    /// What was said to the later call, and of two that began together `b`.
    static RateLimitSnapshot later(RateLimitSnapshot a, RateLimitSnapshot b) {
        return b.of.isBefore(a.of) ? a : b;
    }
}
