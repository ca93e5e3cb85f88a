package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;

/// How long a failure keeps its scope out of turn.
///
/// What the upstream said is believed, up to a bound. Where it said nothing, the pause doubles each time the
/// trouble comes back, up to a cap that depends on the kind of trouble.
public final class Backoff {

    /// A quota is the upstream's to tell of; when an outage is over, nobody knows before. So one is looked
    /// for this often.
    static final Duration LONGEST_OUTAGE = Duration.ofMinutes(5);

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
                limited.toldWait().map(RateLimitStatus::bounded).orElseGet(() -> LIMIT.at(level));
            case Failure.Overloaded(var _, var retryAfter) ->
                retryAfter == null ? spread(LOAD.at(level), chance) : brief(retryAfter);
            case Failure.Unavailable(var _, var retryAfter) ->
                retryAfter == null ? spread(OUTAGE.at(level), chance) : brief(retryAfter);
            case Failure.TimedOut _ -> spread(OUTAGE.at(level), chance);
            case Failure.ModelUnavailable _ -> MODEL.at(level);
            case Failure.KeyRefused _, Failure.AccountBlocked _ -> ACCOUNT.at(level);
            case Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.TooLarge _,
                    Failure.Unsupported _,
                    Failure.Rejected _,
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> Duration.ZERO;
        };
    }

    /// The pause of a provider that limits this host and not its keys: it is out of reach, as in an outage.
    static Duration throttling(Failure.RateLimited limited, int level, double chance) {
        Duration said = limited.retryAfter();
        return said == null ? spread(OUTAGE.at(level), chance) : brief(said);
    }

    private static Duration brief(Duration said) {
        Duration pause = RateLimitStatus.bounded(said);
        return pause.compareTo(LONGEST_OUTAGE) < 0 ? pause : LONGEST_OUTAGE;
    }

    private static Duration spread(Duration pause, double chance) {
        return Duration.ofNanos((long) (pause.toNanos() * (0.75 + chance / 2)));
    }
}
