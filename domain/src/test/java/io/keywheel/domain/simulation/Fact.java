package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.simulation.RequestTrace.Asked;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is known of one thing in trouble.
///
/// @param again how often the trouble has come back
/// @param passing whether the upstream did not ask for the rest itself, and it may be a passing matter
record Fact(
        Failure.Kind kind,
        Instant since,
        Instant until,
        int again,
        boolean passing,
        @Nullable Trial trial) {

    private record Trial(Asked asked, Instant ends) {}

    Fact(Failure.Kind kind, Instant since, Instant until, int again, boolean passing) {
        this(kind, since, until, again, passing, null);
    }

    boolean cools(Instant now) {
        return now.isBefore(until);
    }

    boolean isSuspicion() {
        return passing && again < 3;
    }

    boolean wasKnownTo(Asked asked) {
        return !since.isAfter(asked.begun());
    }

    /// A limit shows at once, other troubles when an attempt ends.
    Fact onTrialBy(Asked asked) {
        Instant soon = asked.begun().plus(ReferenceAdmission.A_REFUSAL_TAKES);
        boolean atOnce = kind == Failure.Kind.RATE_LIMITED && soon.isBefore(asked.deadline);
        return with(new Trial(asked, atOnce ? soon : asked.deadline));
    }

    /// Whether it is a limit that has not refused its trial in time.
    boolean hasLetIn(Instant now) {
        return kind == Failure.Kind.RATE_LIMITED && trial != null && !now.isBefore(trial.ends());
    }

    Fact endTrialBy(Asked asked) {
        return trial != null && trial.asked() == asked ? with(null) : this;
    }

    Fact untried() {
        return with(null);
    }

    @Nullable
    Instant triedUntil() {
        return trial == null ? null : trial.ends();
    }

    /// The later deadline wins, and with it comes the moment since when it is known.
    Fact or(Fact news) {
        if (news.until.isAfter(until)) {
            return news;
        }
        return news.again > again ? new Fact(news.kind, news.since, until, news.again, news.passing) : this;
    }

    /// Two that turn out to be of one thing.
    Fact joinedBy(Fact other) {
        Fact later = other.until.isAfter(until) ? other : this;
        boolean othersTrial =
                other.trial != null && (trial == null || other.trial.ends().isAfter(trial.ends()));
        return later.with(othersTrial ? other.trial : trial);
    }

    private Fact with(@Nullable Trial another) {
        return new Fact(kind, since, until, again, passing, another);
    }
}
