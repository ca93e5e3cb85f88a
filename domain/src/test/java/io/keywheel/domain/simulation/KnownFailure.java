package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The known failure of one scope.
///
/// @param again how often the failure has returned after its cooldown
/// @param unconfirmed whether the provider sent no `Retry-After`, so that an early probe may end the cooldown
record KnownFailure(
        Failure.Kind kind,
        Instant since,
        Instant until,
        int again,
        boolean unconfirmed,
        @Nullable Probe probe) {

    /// A call without refusal for this time counts as accepted.
    private static final Duration A_REFUSAL_TAKES = Duration.ofSeconds(1);

    private record Probe(SimulatedAttempt asked, Instant ends) {}

    KnownFailure(Failure.Kind kind, Instant since, Instant until, int again, boolean unconfirmed) {
        this(kind, since, until, again, unconfirmed, null);
    }

    boolean cools(Instant now) {
        return now.isBefore(until);
    }

    boolean mayBeProbedEarly() {
        return unconfirmed && again < 3;
    }

    boolean wasKnownTo(SimulatedAttempt asked) {
        return !since.isAfter(asked.begun());
    }

    /// The probe of a rate limit ends after a second without refusal, other probes with their attempt.
    KnownFailure probedBy(SimulatedAttempt asked) {
        Instant soon = asked.begun().plus(A_REFUSAL_TAKES);
        boolean early = kind == Failure.Kind.RATE_LIMITED && soon.isBefore(asked.deadline);
        return with(new Probe(asked, early ? soon : asked.deadline));
    }

    /// Whether the probe of a rate limit has passed without refusal.
    boolean hasAccepted(Instant now) {
        return kind == Failure.Kind.RATE_LIMITED
                && probe != null
                && wasKnownTo(probe.asked())
                && !now.isBefore(probe.ends());
    }

    KnownFailure endProbeBy(SimulatedAttempt asked) {
        return probe != null && probe.asked() == asked ? unprobed() : this;
    }

    KnownFailure unprobed() {
        return with(null);
    }

    @Nullable
    Instant probedUntil() {
        return probe == null ? null : probe.ends();
    }

    /// Keeps the failure with the later end, and the higher level. A pause that the provider asked for holds until
    /// its end.
    KnownFailure or(KnownFailure news) {
        boolean asked = !news.unconfirmed || (!unconfirmed && cools(news.since));
        if (news.until.isAfter(until)) {
            return new KnownFailure(news.kind, news.since, news.until, news.again, !asked, probe);
        }
        return news.again > again
                ? new KnownFailure(news.kind, news.since, until, news.again, !asked, probe)
                : new KnownFailure(kind, since, until, again, !asked, probe);
    }

    KnownFailure mergedWith(KnownFailure other) {
        KnownFailure later = other.until.isAfter(until) ? other : this;
        boolean othersProbe =
                other.probe != null && (probe == null || other.probe.ends().isAfter(probe.ends()));
        return later.with(othersProbe ? other.probe : probe);
    }

    private KnownFailure with(@Nullable Probe another) {
        return new KnownFailure(kind, since, until, again, unconfirmed, another);
    }
}
