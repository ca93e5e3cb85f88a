package io.keywheel.domain.failover;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a cooldown lasts: as long as the upstream asks for, up to a bound. Else the pause doubles each time the
/// failure returns, up to a cap. If the upstream asks for next to nothing and the failure returns, a growing minimum
/// applies.
public enum Backoff {
    NONE(Duration.ZERO, Duration.ZERO, false),
    RATE_LIMIT(Duration.ofSeconds(2), Duration.ofMinutes(1), false),
    LOAD(Duration.ofSeconds(1), Duration.ofSeconds(15), true),
    OUTAGE(Duration.ofMillis(500), Duration.ofSeconds(20), true),
    MISSING_MODEL(Duration.ofMinutes(10), Duration.ofHours(6), false),
    ACCOUNT(Duration.ofHours(1), Duration.ofDays(1), false);

    /// The upstream knows when a quota ends, but not when an outage does: an outage is probed this often.
    static final Duration LONGEST_OUTAGE = Duration.ofMinutes(5);

    /// The minimum for a failure that returned. It doubles each time, up to the first pause.
    static final Duration SHORTEST = Duration.ofMillis(10);

    private final Duration first;
    private final Duration cap;
    private final boolean spread;

    /// @param spread whether ends vary by a quarter either way, so that gateways do not retry in step. Then
    ///     [#LONGEST_OUTAGE] bounds what the upstream asks for
    Backoff(Duration first, Duration cap, boolean spread) {
        this.first = first;
        this.cap = cap;
        this.spread = spread;
    }

    Duration first() {
        return first;
    }

    Duration cap() {
        return cap;
    }

    boolean isSpread() {
        return spread;
    }

    /// @param requested how long the upstream asks to stay away; null where it does not
    /// @param level how many times in a row the failure returned, from 0
    /// @param chance in [0, 1), where in the spread the end is
    public Duration pause(@Nullable Duration requested, int level, double chance) {
        if (requested == null) {
            return doubled(level, chance);
        }
        return Duration.ofNanos(
                Math.max(bounded(requested).toNanos(), shortest(level).toNanos()));
    }

    private Duration shortest(int level) {
        return level == 0 ? Duration.ZERO : grown(SHORTEST, level, first);
    }

    private Duration bounded(Duration requested) {
        Duration pause = RateLimitStatus.bounded(requested);
        return spread ? Duration.ofNanos(Math.min(pause.toNanos(), LONGEST_OUTAGE.toNanos())) : pause;
    }

    private Duration doubled(int level, double chance) {
        long pause = grown(first, level, cap).toNanos();
        return Duration.ofNanos(spread ? (long) (pause * (0.75 + chance / 2)) : pause);
    }

    private static Duration grown(Duration from, int level, Duration most) {
        // 2^20 of any pause is past every cap.
        return Duration.ofNanos(
                Math.min(from.multipliedBy(1L << Math.min(level, 20)).toNanos(), most.toNanos()));
    }
}
