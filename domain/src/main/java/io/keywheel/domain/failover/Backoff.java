package io.keywheel.domain.failover;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Computes how long a cooldown lasts. The pause that the provider asks for applies, up to a bound. Without one,
/// the pause doubles each time the failure returns, up to a cap. If the provider asks for a very short pause and
/// the failure returns, a growing minimum applies.
public enum Backoff {
    NONE(Duration.ZERO, Duration.ZERO, false),
    RATE_LIMIT(Duration.ofSeconds(2), Duration.ofMinutes(1), false),
    LOAD(Duration.ofSeconds(1), Duration.ofSeconds(15), true),
    OUTAGE(Duration.ofMillis(500), Duration.ofSeconds(20), true),
    MISSING_MODEL(Duration.ofMinutes(10), Duration.ofHours(6), false),
    ACCOUNT(Duration.ofHours(1), Duration.ofDays(1), false);

    /// The longest pause that a provider may ask for after overload or an outage, because it cannot know when
    /// that ends.
    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(5);

    /// The base of the minimum pause: it doubles each time the failure returns, up to `first`.
    private static final Duration MINIMUM_BASE = Duration.ofMillis(10);

    private final Duration first;
    private final Duration cap;
    private final boolean overloadedOrDown;

    /// @param overloadedOrDown whether the provider is overloaded or down. Then growing pauses have a jitter of
    ///     ±25 %, so that gateways do not retry in step, and [#LONGEST_OUTAGE] bounds the pause that the
    ///     provider asks for, which has no jitter
    Backoff(Duration first, Duration cap, boolean overloadedOrDown) {
        this.first = first;
        this.cap = cap;
        this.overloadedOrDown = overloadedOrDown;
    }

    /// @param requested what the provider asks for; null if it asks for nothing
    /// @param level how many times in a row the failure returned, from 0
    /// @param chance in [0, 1), the random value for the jitter
    public Duration pause(@Nullable Duration requested, int level, double chance) {
        if (requested == null) {
            long pause = grown(first, level, cap).toNanos();
            return Duration.ofNanos(overloadedOrDown ? (long) (pause * (0.75 + chance / 2)) : pause);
        }
        Duration longest = overloadedOrDown ? LONGEST_OUTAGE : RateLimitStatus.LONGEST_WINDOW;
        Duration minimum = level == 0 ? Duration.ZERO : grown(MINIMUM_BASE, level, first);
        Duration bounded = requested.compareTo(longest) < 0 ? requested : longest;
        return bounded.compareTo(minimum) < 0 ? minimum : bounded;
    }

    private static Duration grown(Duration from, int level, Duration most) {
        // Bounds the shift: any pause times 2^20 exceeds every cap.
        return Duration.ofNanos(
                Math.min(from.multipliedBy(1L << Math.min(level, 20)).toNanos(), most.toNanos()));
    }
}
