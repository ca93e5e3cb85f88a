package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.quota.InFlightCalls;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The cooldown of a scope: its reason and its end.
///
/// An expired cooldown is kept: one request probes whether the failure returns, and its outcome decides.
///
/// @param level how many times in a row the failure returned, from 0
/// @param mayBeTransient whether the failure may be over before the cooldown: the attempt failed immediately, and the
///     provider asked for no pause
/// @param probe the latest probe without a report; null for none
public record Cooldown(
        Failure.Kind reason,
        Instant since,
        Instant until,
        int level,
        boolean mayBeTransient,
        @Nullable Probe probe) {

    /// @param ends the latest end of the probe
    private record Probe(PoolKey.Name key, Instant begun, Instant ends) {}

    /// An outage that returned so many times in a row is confirmed.
    private static final int CONFIRMED = 3;

    static Cooldown begin(Failure failure, int level, Instant now, Duration pause) {
        return new Cooldown(failure.kind(), now, now.plus(pause), level, FailurePolicy.mayBeTransient(failure), null);
    }

    /// @param before the one that it replaces, whose probe goes on; null for none
    static Cooldown learned(Fact.CooledDown fact, @Nullable Cooldown before) {
        return new Cooldown(
                fact.reason(),
                fact.since(),
                fact.until(),
                fact.level(),
                fact.mayBeTransient(),
                before == null ? null : before.probe);
    }

    public Fact.CooledDown fact(Fact.CallTarget callTarget, Scope.Kind scope) {
        return new Fact.CooledDown(callTarget, scope, reason, since, until, level, mayBeTransient);
    }

    public boolean isActiveAt(Instant now) {
        return now.isBefore(until);
    }

    boolean isProbedAt(Instant now) {
        return now.isBefore(probeEnds());
    }

    /// Whether the probe of a rate limit counts as accepted, because the provider has not refused it within
    /// [InFlightCalls#REFUSAL_TIME]. The probe then blocks no other request, although its answer is pending. A
    /// probe from before the limit shows nothing about it.
    boolean probeAcceptedAt(Instant now) {
        return reason == Failure.Kind.RATE_LIMITED
                && probe != null
                && hasBegunBy(probe.begun())
                && !now.isBefore(probe.ends());
    }

    boolean isProbeDueAt(Instant now) {
        return !isActiveAt(now) && !probeAcceptedAt(now);
    }

    /// @param offset added to an instant to get the wall-clock time
    PoolStatus.KnownCooldown known(Scope scope, Instant now, Duration offset) {
        PoolStatus.Phase phase = isProbedAt(now) || probeAcceptedAt(now)
                ? PoolStatus.Phase.ON_TRIAL
                : isActiveAt(now) ? PoolStatus.Phase.COOLING : PoolStatus.Phase.TO_BE_TRIED;
        return new PoolStatus.KnownCooldown(scope, reason, false, since.plus(offset), until.plus(offset), phase);
    }

    /// Whether a request without an alternative may probe before the cooldown is over.
    boolean isUnconfirmed() {
        return mayBeTransient && level < CONFIRMED;
    }

    /// Whether the failure occurred at `startedAt` or earlier. An attempt begun before it cannot disprove it.
    boolean hasBegunBy(Instant startedAt) {
        return !since.isAfter(startedAt);
    }

    /// The level of a failure of `kind`, seen at `now` by an attempt begun at `startedAt`. The level rises if the
    /// failure occurs after the cooldown, or in its probe. During the cooldown, or in an attempt from before it,
    /// the failure counts as the same one.
    ///
    /// @param isProbe whether the attempt was the probe of this cooldown
    int levelFor(Failure.Kind kind, Instant startedAt, Instant now, boolean isProbe) {
        if (!isLike(kind)) {
            return 0;
        }
        boolean returned = isProbe || !isActiveAt(now);
        return returned && hasBegunBy(startedAt) ? level + 1 : level;
    }

    /// Whether `failure` is part of the outage or overload that led to this cooldown, which is over at `now`: its
    /// attempt, begun at `startedAt`, is from before it. The probe then decides. Otherwise slow failures that
    /// overlap would start short cooldowns forever, because each would replace the probe of the last one.
    boolean covers(Failure failure, Instant startedAt, Instant now) {
        return isLike(failure.kind())
                && FailurePolicy.of(failure).next() == FailurePolicy.Next.OTHER_PROVIDER_FIRST
                && failure.requestedPause().isEmpty()
                && !isSuspicion()
                && !hasBegunBy(startedAt)
                && !isActiveAt(now);
    }

    /// Whether the outage is only suspected, because another gateway found the provider down: the cooldown is over when
    /// it begins. It covers no failure.
    private boolean isSuspicion() {
        return !since.isBefore(until);
    }

    /// The cooldown after a further failure with the cooldown `other`. The later end wins, even if the failure
    /// returned with a shorter pause. `since` comes from the cooldown that wins; from `other` if the failure
    /// returned. Only attempts begun from `since` on can disprove the result. If one of the two is not transient,
    /// as after a requested pause, the result is not, unless that pause was over before `other` began. A probe in
    /// flight goes on.
    Cooldown extendedBy(Cooldown other) {
        Cooldown winner = other.until.isAfter(until) || other.level > level ? other : this;
        Instant end = Instants.later(until, other.until);
        boolean bothTransient = other.mayBeTransient && (mayBeTransient || !isActiveAt(other.since));
        return new Cooldown(winner.reason, winner.since, end, winner.level, bothTransient, probe);
    }

    /// Joins the cooldowns of two merged scopes: the later end wins, and the probe that ends later is kept.
    Cooldown joined(Cooldown other) {
        Cooldown later = other.until.isAfter(until) ? other : this;
        return later.with(other.probeEnds().isAfter(probeEnds()) ? other.probe : probe);
    }

    /// Whether a failure of `kind` counts as the same one: a provider that is down refuses some connections and
    /// lets others time out.
    private boolean isLike(Failure.Kind kind) {
        return kind == reason || (isOutage(kind) && isOutage(reason));
    }

    private static boolean isOutage(Failure.Kind kind) {
        return kind == Failure.Kind.UNAVAILABLE || kind == Failure.Kind.TIMED_OUT;
    }

    /// [Instant#MIN] for no probe.
    Instant probeEnds() {
        return probe == null ? Instant.MIN : probe.ends();
    }

    /// Whether the attempt begun at `startedAt` is the current probe.
    boolean hasProbeBegunAt(Instant startedAt) {
        return probe != null && probe.begun().equals(startedAt);
    }

    /// A copy with a probe of `key`, begun at `begun`. Providers refuse immediately, so the probe of a rate limit ends
    /// when the call counts as accepted. Other probes end at `deadline` at the latest.
    Cooldown probed(PoolKey.Name key, Instant begun, Instant deadline) {
        Instant accepted = begun.plus(InFlightCalls.REFUSAL_TIME);
        boolean isShort = reason == Failure.Kind.RATE_LIMITED && accepted.isBefore(deadline);
        return with(new Probe(key, begun, isShort ? accepted : deadline));
    }

    Cooldown probedFrom(Instant begun) {
        return probe == null ? this : with(new Probe(probe.key(), begun, probe.ends()));
    }

    boolean isProbedBy(Predicate<PoolKey.Name> keys) {
        return probe != null && keys.test(probe.key());
    }

    Cooldown withoutProbe() {
        return with(null);
    }

    Cooldown withProbeOf(Cooldown other) {
        return with(other.probe);
    }

    Cooldown endingBy(Instant moment) {
        return until.isAfter(moment) ? new Cooldown(reason, since, moment, level, mayBeTransient, probe) : this;
    }

    private Cooldown with(@Nullable Probe nextProbe) {
        return new Cooldown(reason, since, until, level, mayBeTransient, nextProbe);
    }
}
