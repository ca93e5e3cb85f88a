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

    static Rest begin(Failure.Kind reason, Instant now, Duration pause) {
        return new Rest(reason, now, now.plus(pause), 0, null);
    }

    boolean coolsAt(Instant now) {
        return now.isBefore(until);
    }

    boolean isOnTrialAt(Instant now) {
        return !coolsAt(now) && trialEnds != null && now.isBefore(trialEnds);
    }

    /// Whether an attempt begun at `startedAt` knew of this trouble: only then does its outcome say anything
    /// about it.
    boolean isOlderThan(Instant startedAt) {
        return !since.isAfter(startedAt);
    }

    /// The level of trouble of `kind`, seen at `now` by an attempt begun at `startedAt`. It has come back
    /// when it shows after the rest; while the rest lasts, or to an attempt from before it, it is still the
    /// first time.
    int levelFor(Failure.Kind kind, Instant startedAt, Instant now) {
        if (!isLike(kind)) {
            return 0;
        }
        return coolsAt(now) || !isOlderThan(startedAt) ? level : level + 1;
    }

    /// This rest, trouble having been seen again. The later deadline wins; with it comes the moment from
    /// which on an attempt must have begun to disprove it.
    Rest renewed(Failure.Kind kind, Instant startedAt, Instant now, Duration pause) {
        Instant end = now.plus(pause);
        int next = levelFor(kind, startedAt, now);
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
