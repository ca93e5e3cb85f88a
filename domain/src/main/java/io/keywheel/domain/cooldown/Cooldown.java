package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.quota.InFlightCalls;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Why something is out of turn, and how long.
///
/// A cooldown that is over is not forgotten: one request is sent to see whether the trouble is over too, and its
/// outcome decides.
///
/// @param level how many times in a row the trouble came back, from 0
/// @param mayBeTransient whether it may have been a passing matter: something broke at once, and the upstream did
///     not ask for a pause of its own
/// @param probe the last one begun that has not been reported on; null for none
public record Cooldown(
        Failure.Kind reason,
        Instant since,
        Instant until,
        int level,
        boolean mayBeTransient,
        @Nullable Probe probe) {

    /// @param ends when it must be over
    private record Probe(Instant begun, Instant ends) {}

    /// After so many times in a row the outage is confirmed.
    private static final int CONFIRMED = 3;

    static Cooldown begin(Failure failure, int level, Instant now, Duration pause) {
        return new Cooldown(failure.kind(), now, now.plus(pause), level, FailurePolicy.mayBeTransient(failure), null);
    }

    static Cooldown throttled(Failure.RateLimited limited, int level, Instant now, Duration pause) {
        return new Cooldown(limited.kind(), now, now.plus(pause), level, limited.retryAfter() == null, null);
    }

    /// A cooldown that another gateway may have seen.
    ///
    /// @param before what was known; its probe goes on
    static Cooldown learned(Fact.CooledDown fact, @Nullable Cooldown before) {
        return new Cooldown(
                fact.reason(),
                fact.since(),
                fact.until(),
                fact.level(),
                fact.mayBeTransient(),
                before == null ? null : before.probe);
    }

    public Fact.CooledDown fact(Fact.Asked asked, Scope.Kind scope) {
        return new Fact.CooledDown(asked, scope, reason, since, until, level, mayBeTransient);
    }

    boolean isActiveAt(Instant now) {
        return now.isBefore(until);
    }

    boolean isProbedAt(Instant now) {
        return probe != null && now.isBefore(probe.ends());
    }

    /// Whether a limit has let its probe in, whose answer is still to come: it blocks no other request.
    boolean probeAdmittedAt(Instant now) {
        return reason == Failure.Kind.RATE_LIMITED && probe != null && !now.isBefore(probe.ends());
    }

    PoolStatus.Known known(Scope scope, Instant now, Duration offset) {
        PoolStatus.Phase phase = isProbedAt(now) || probeAdmittedAt(now)
                ? PoolStatus.Phase.ON_TRIAL
                : isActiveAt(now) ? PoolStatus.Phase.COOLING : PoolStatus.Phase.TO_BE_TRIED;
        return new PoolStatus.Known(scope, reason, false, since.plus(offset), until.plus(offset), phase);
    }

    /// Whether one request may see about it before the cooldown is over.
    boolean isUnconfirmed() {
        return mayBeTransient && level < CONFIRMED;
    }

    /// Whether an attempt begun at `startedAt` knew of this trouble: only then does its outcome say anything
    /// about it.
    boolean isOlderThan(Instant startedAt) {
        return !since.isAfter(startedAt);
    }

    /// The level of trouble of `kind`, seen at `now` by an attempt begun at `startedAt`. It has come back
    /// when it shows after the cooldown; while it lasts, or to an attempt from before it, it is still the
    /// first time.
    ///
    /// @param isProbe whether the attempt was sent to see about just this trouble
    int levelFor(Failure.Kind kind, Instant startedAt, Instant now, boolean isProbe) {
        if (!isLike(kind)) {
            return 0;
        }
        boolean cameBack = isProbe || !isActiveAt(now);
        return cameBack && isOlderThan(startedAt) ? level + 1 : level;
    }

    /// This cooldown or `other`, trouble having been seen again. The later deadline wins, even where the trouble
    /// came back and the upstream asks for less. The moment from which on an attempt must have begun to disprove
    /// it is that of the cooldown that wins, and of `other` where the trouble came back.
    Cooldown mergedWith(Cooldown other) {
        if (other.until.isAfter(until)) {
            return other;
        }
        return other.level > level
                ? new Cooldown(other.reason, other.since, until, other.level, other.mayBeTransient, null)
                : this;
    }

    /// What two cooldowns come to when they turn out to be of one thing: the later deadline, and whatever probe is
    /// under way.
    Cooldown joined(Cooldown other) {
        Cooldown later = other.until.isAfter(until) ? other : this;
        return later.with(laterProbe(other));
    }

    private @Nullable Probe laterProbe(Cooldown other) {
        if (probe == null || other.probe == null) {
            return probe == null ? other.probe : probe;
        }
        return other.probe.ends().isAfter(probe.ends()) ? other.probe : probe;
    }

    /// Whether it is the same trouble: a provider that is down refuses some connections and lets others hang.
    private boolean isLike(Failure.Kind kind) {
        return kind == reason || (isOutage(kind) && isOutage(reason));
    }

    private static boolean isOutage(Failure.Kind kind) {
        return kind == Failure.Kind.UNAVAILABLE || kind == Failure.Kind.TIMED_OUT;
    }

    @Nullable
    Instant probeEnds() {
        return probe == null ? null : probe.ends();
    }

    /// Whether the probe is that of the attempt begun at `startedAt`, and not a later one.
    boolean isProbedSince(Instant startedAt) {
        return probe != null && probe.begun().equals(startedAt);
    }

    /// The same, probed from `begun` on. A limit refuses at once: a call not refused by then has been admitted,
    /// however long the answer takes.
    Cooldown probed(Instant begun, Instant deadline) {
        Instant admitted = begun.plus(InFlightCalls.REFUSAL_TIME);
        boolean isShort = reason == Failure.Kind.RATE_LIMITED && admitted.isBefore(deadline);
        return with(new Probe(begun, isShort ? admitted : deadline));
    }

    Cooldown probedFrom(Instant begun) {
        return probe == null ? this : with(new Probe(begun, probe.ends()));
    }

    Cooldown withoutProbe() {
        return with(null);
    }

    Cooldown overBy(Instant moment) {
        return until.isAfter(moment) ? new Cooldown(reason, since, moment, level, mayBeTransient, probe) : this;
    }

    private Cooldown with(@Nullable Probe nextProbe) {
        return new Cooldown(reason, since, until, level, mayBeTransient, nextProbe);
    }
}
