package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why something is out of turn, and how long.
///
/// A rest that is over is not forgotten: one request is sent to see whether the trouble is over too, and its
/// outcome decides.
///
/// @param level how many times in a row the trouble came back, from 0
/// @param mayPass whether it may have been a passing matter: something broke at once, and the upstream did
///     not ask for a rest of its own
/// @param trial the last one begun that has not been reported on; null for none
record Rest(
        Failure.Kind reason,
        Instant since,
        Instant until,
        int level,
        boolean mayPass,
        @Nullable Trial trial) {

    /// @param ends when it must be over
    private record Trial(Instant begun, Instant ends) {}

    /// After so many times in a row it is no suspicion any more.
    private static final int CONFIRMED = 3;

    private static final Duration LONG = Duration.ofHours(1);

    static Rest begin(Failure failure, int level, Instant now, Duration pause) {
        return new Rest(failure.kind(), now, now.plus(pause), level, mayPass(failure), null);
    }

    /// The rest of a provider that limits this host.
    static Rest throttled(Failure.RateLimited limited, int level, Instant now, Duration pause) {
        return new Rest(limited.kind(), now, now.plus(pause), level, limited.retryAfter() == null, null);
    }

    private static boolean mayPass(Failure failure) {
        return switch (failure) {
            case Failure.Unavailable(var _, var retryAfter) -> retryAfter == null;
            case Failure.Overloaded(var _, var retryAfter) -> retryAfter == null;
            case Failure.RateLimited _,
                    Failure.KeyRefused _,
                    Failure.AccountBlocked _,
                    Failure.ModelUnavailable _,
                    Failure.TimedOut _,
                    Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.TooLarge _,
                    Failure.Unsupported _,
                    Failure.Rejected _,
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> false;
        };
    }

    /// Whether what was to last until `before`, at `now`, lasts for so long now that it is worth telling of again.
    static boolean becomesLong(Instant before, Instant until, Instant now) {
        Instant late = now.plus(LONG);
        return until.isAfter(late) && !before.isAfter(late);
    }

    boolean coolsAt(Instant now) {
        return now.isBefore(until);
    }

    boolean isOnTrialAt(Instant now) {
        return trial != null && now.isBefore(trial.ends());
    }

    /// Whether a limit has let its trial in, whose answer is still to come: it holds nobody back any more.
    boolean hasLetInAt(Instant now) {
        return reason == Failure.Kind.RATE_LIMITED && trial != null && !now.isBefore(trial.ends());
    }

    PoolStatus.Known known(Scope scope, Instant now) {
        PoolStatus.Phase phase = isOnTrialAt(now) || hasLetInAt(now)
                ? PoolStatus.Phase.ON_TRIAL
                : coolsAt(now) ? PoolStatus.Phase.COOLING : PoolStatus.Phase.TO_BE_TRIED;
        return new PoolStatus.Known(scope, reason, false, since, until, phase);
    }

    /// Whether one request may see about it before the rest is over.
    boolean isSuspicion() {
        return mayPass && level < CONFIRMED;
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

    /// This rest or `other`, trouble having been seen again. The later deadline wins, even where the trouble
    /// came back and the upstream asks for less. The moment from which on an attempt must have begun to disprove
    /// it is that of the rest that wins, and of `other` where the trouble came back.
    Rest or(Rest other) {
        if (other.until.isAfter(until)) {
            return other;
        }
        return other.level > level
                ? new Rest(other.reason, other.since, until, other.level, other.mayPass, null)
                : this;
    }

    /// What two rests come to when they turn out to be of one thing: the later deadline, and whatever trial is
    /// under way.
    Rest joined(Rest other) {
        Rest later = other.until.isAfter(until) ? other : this;
        return later.with(laterTrial(other));
    }

    private @Nullable Trial laterTrial(Rest other) {
        if (trial == null || other.trial == null) {
            return trial == null ? other.trial : trial;
        }
        return other.trial.ends().isAfter(trial.ends()) ? other.trial : trial;
    }

    /// Whether it is the same trouble: a provider that is down refuses some connections and lets others hang.
    private boolean isLike(Failure.Kind kind) {
        return kind == reason || (isOutage(kind) && isOutage(reason));
    }

    private static boolean isOutage(Failure.Kind kind) {
        return kind == Failure.Kind.UNAVAILABLE || kind == Failure.Kind.TIMED_OUT;
    }

    /// When a trial begun at `now` must be over. A limit refuses at once: whoever has not been refused by then
    /// has been let in, however long the answer takes.
    Instant trialMustEnd(Instant now, Instant deadline) {
        Instant letIn = now.plus(Pending.A_REFUSAL_TAKES);
        return reason == Failure.Kind.RATE_LIMITED && letIn.isBefore(deadline) ? letIn : deadline;
    }

    @Nullable
    Instant trialEnds() {
        return trial == null ? null : trial.ends();
    }

    /// Whether the trial is that of the attempt begun at `startedAt`, and not a later one.
    boolean isOnTrialSince(Instant startedAt) {
        return trial != null && trial.begun().equals(startedAt);
    }

    Rest onTrial(Instant begun, Instant ends) {
        return with(new Trial(begun, ends));
    }

    /// The same trial, begun later than it was decided on.
    Rest onTrialFrom(Instant begun) {
        return trial == null ? this : onTrial(begun, trial.ends());
    }

    Rest offTrial() {
        return with(null);
    }

    /// The same rest, over at `moment` at the latest.
    Rest overBy(Instant moment) {
        return until.isAfter(moment) ? new Rest(reason, since, moment, level, mayPass, trial) : this;
    }

    private Rest with(@Nullable Trial anotherTrial) {
        return new Rest(reason, since, until, level, mayPass, anotherTrial);
    }
}
