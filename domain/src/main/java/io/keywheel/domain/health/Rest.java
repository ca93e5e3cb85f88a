package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why something is out of turn, and how long.
///
/// A rest that is over is not forgotten: one request is sent to see whether the trouble is over too, and its
/// outcome decides.
///
/// @param level how many times in a row the trouble came back, from 0
/// @param trialEnds while a trial is under way, when it must be over; else null
record Rest(
        Failure.Kind reason,
        Instant since,
        Instant until,
        int level,
        @Nullable Instant trialEnds) {

    /// After so many times in a row it is no suspicion any more.
    private static final int CONFIRMED = 3;

    private static final Duration LONGEST_SUSPICION = Duration.ofSeconds(3);

    static Rest begin(Failure.Kind reason, Instant now, Duration pause) {
        return new Rest(reason, now, now.plus(pause), 0, null);
    }

    boolean coolsAt(Instant now) {
        return now.isBefore(until);
    }

    boolean isOnTrialAt(Instant now) {
        return trialEnds != null && now.isBefore(trialEnds);
    }

    /// Whether it may have been a passing matter: something broke a few times in a row at most, at once and
    /// without the upstream asking for a rest of its own. Then one request may see about it before the rest
    /// is over.
    boolean isSuspicion() {
        return (reason == Failure.Kind.UNAVAILABLE || reason == Failure.Kind.OVERLOADED)
                && level < CONFIRMED
                && !until.isAfter(since.plus(LONGEST_SUSPICION));
    }

    /// Whether an attempt begun at `startedAt` knew of this trouble: only then does its outcome say anything
    /// about it.
    boolean isOlderThan(Instant startedAt) {
        return !since.isAfter(startedAt);
    }

    /// The level of trouble of `kind`, seen at `now` by an attempt begun at `startedAt`. It has come back
    /// when it shows after the rest; while the rest lasts, or to an attempt from before it, it is still the
    /// first time.
    ///
    /// @param onTrial whether the attempt was sent to see about just this trouble
    int levelFor(Failure.Kind kind, Instant startedAt, Instant now, boolean onTrial) {
        if (!isLike(kind)) {
            return 0;
        }
        boolean cameBack = onTrial || !coolsAt(now);
        return cameBack && isOlderThan(startedAt) ? level + 1 : level;
    }

    /// This rest, trouble having been seen again. The later deadline wins; with it comes the moment from
    /// which on an attempt must have begun to disprove it.
    ///
    /// @param next its level from now on
    Rest renewed(Failure.Kind kind, Instant now, Duration pause, int next) {
        Instant end = now.plus(pause);
        return next > level || end.isAfter(until) ? new Rest(kind, now, end, next, null) : this;
    }

    /// Whether it is the same trouble: a provider that is down refuses some connections and lets others hang.
    private boolean isLike(Failure.Kind kind) {
        return kind == reason || (isOutage(kind) && isOutage(reason));
    }

    private static boolean isOutage(Failure.Kind kind) {
        return kind == Failure.Kind.UNAVAILABLE || kind == Failure.Kind.TIMED_OUT;
    }

    Rest onTrialUntil(Instant end) {
        return new Rest(reason, since, until, level, end);
    }

    Rest offTrial() {
        return new Rest(reason, since, until, level, null);
    }
}
