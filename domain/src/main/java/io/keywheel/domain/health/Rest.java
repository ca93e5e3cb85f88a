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

    /// The level of the same trouble, seen at `now` by an attempt begun at `startedAt`. It has come back when
    /// it shows after the rest; while the rest lasts, or to an attempt from before it, it is still the first
    /// time.
    int levelFor(Instant startedAt, Instant now) {
        return coolsAt(now) || !isOlderThan(startedAt) ? level : level + 1;
    }

    /// This rest, the trouble having been seen again. The later deadline wins.
    Rest renewed(Failure.Kind kind, Instant startedAt, Instant now, Duration pause) {
        Instant end = now.plus(pause);
        int next = levelFor(startedAt, now);
        if (next > level) {
            return new Rest(kind, now, end, next, null);
        }
        return end.isAfter(until) ? new Rest(kind, since, end, level, trialEnds) : this;
    }

    Rest onTrialUntil(Instant end) {
        return new Rest(reason, since, until, level, end);
    }

    Rest offTrial() {
        return new Rest(reason, since, until, level, null);
    }
}
