package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How long a failure keeps its scope out of turn.
///
/// What the upstream said is believed, up to [#LONGEST]. Where it said nothing, the pause doubles each time
/// the trouble comes back, up to a cap that depends on the kind of trouble.
final class Backoff {

    /// Longer than any provider's quota window; bounds what a broken or hostile upstream can do to a key.
    static final Duration LONGEST = Duration.ofDays(7);

    private record Curve(Duration first, Duration cap) {

        Duration at(int level) {
            // 2^20 of any first pause is past every cap.
            Duration grown = first.multipliedBy(1L << Math.min(level, 20));
            return grown.compareTo(cap) < 0 ? grown : cap;
        }
    }

    private static final Curve LIMIT = new Curve(Duration.ofSeconds(2), Duration.ofMinutes(1));
    private static final Curve LOAD = new Curve(Duration.ofSeconds(1), Duration.ofSeconds(15));
    private static final Curve OUTAGE = new Curve(Duration.ofMillis(500), Duration.ofSeconds(20));
    private static final Curve MODEL = new Curve(Duration.ofMinutes(10), Duration.ofHours(6));
    private static final Curve ACCOUNT = new Curve(Duration.ofHours(1), Duration.ofDays(1));

    private Backoff() {}

    /// The pause after `failure`; zero for one that is evidence about nobody.
    ///
    /// @param level how many times in a row the trouble came back, from 0
    /// @param chance in [0, 1); spreads the ends of outages by a quarter either way, so that gateways do not
    ///     knock in step
    static Duration pause(Failure failure, int level, double chance) {
        return switch (failure) {
            case Failure.RateLimited limited ->
                said(limited.retryAfter())
                        .or(() -> limited.allowance().spentFor().map(Backoff::bounded))
                        .orElseGet(() -> LIMIT.at(level));
            case Failure.Overloaded overloaded ->
                said(overloaded.retryAfter()).orElseGet(() -> spread(LOAD.at(level), chance));
            case Failure.Unavailable unavailable ->
                said(unavailable.retryAfter()).orElseGet(() -> spread(OUTAGE.at(level), chance));
            case Failure.TimedOut _ -> spread(OUTAGE.at(level), chance);
            case Failure.ModelUnavailable _ -> MODEL.at(level);
            case Failure.KeyRefused _, Failure.AccountBlocked _ -> ACCOUNT.at(level);
            case Failure.EmptyReply _,
                    Failure.TooLarge _,
                    Failure.Unsupported _,
                    Failure.Rejected _,
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> Duration.ZERO;
        };
    }

    static Duration bounded(Duration duration) {
        if (duration.isNegative()) {
            return Duration.ZERO;
        }
        return duration.compareTo(LONGEST) < 0 ? duration : LONGEST;
    }

    private static Optional<Duration> said(@Nullable Duration retryAfter) {
        return Optional.ofNullable(retryAfter).map(Backoff::bounded);
    }

    private static Duration spread(Duration pause, double chance) {
        return Duration.ofNanos((long) (pause.toNanos() * (0.75 + chance / 2)));
    }
}
