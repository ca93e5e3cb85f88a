package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Outage;
import io.keywheel.domain.simulation.Scenario.Quota;
import io.keywheel.domain.simulation.Scenario.Reporting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The providers of a scenario.
final class Upstream {

    /// The result of an attempt.
    ///
    /// @param failure null for an answer
    record Outcome(@Nullable Failure failure, RateLimitStatus rateLimitStatus) {}

    /// The tokens that a request without an estimate spends.
    private static final int TOKENS = 50;

    private static final UpstreamError TOO_LARGE = new UpstreamError(413, "too large", null, null, null);

    private final Scenario scenario;
    private final List<Meter> meters;

    Upstream(Scenario scenario) {
        this.scenario = scenario;
        this.meters = scenario.quotas().stream().map(Meter::new).toList();
    }

    /// Runs an attempt: scripted failures first, then outages, then quotas.
    Outcome ask(Step.Attempt attempt, Fate fate, Instant now) {
        if (fate.failure() != null) {
            return new Outcome(fate.failure(), RateLimitStatus.UNKNOWN);
        }
        for (Outage outage : scenario.outages()) {
            if (outage.covers(attempt.target().provider(), now)) {
                return new Outcome(outage.failure(), RateLimitStatus.UNKNOWN);
            }
        }
        var slot = attempt.target().key().slot();
        List<Meter> counting = meters.stream()
                .filter(meter -> scenario.isOf(slot, meter.quota.group())
                        && meter.quota.model().equals(attempt.target().model()))
                .toList();
        for (Meter meter : counting) {
            int wanted = meter.wanted(attempt);
            if (wanted > meter.quota.most()) {
                return new Outcome(new Failure.TooLarge(TOO_LARGE), RateLimitStatus.UNKNOWN);
            }
            if (meter.left(now) < wanted) {
                String organisation = scenario.organisations().get(scenario.group(slot));
                return new Outcome(meter.refusal(wanted, now, organisation), RateLimitStatus.UNKNOWN);
            }
        }
        counting.forEach(meter -> meter.take(meter.wanted(attempt), now));
        return new Outcome(
                null,
                new RateLimitStatus(counting.stream()
                        .filter(meter -> meter.quota.reporting() == Reporting.EACH_ANSWER)
                        .map(meter -> meter.bucket(now))
                        .toList()));
    }

    /// The upstream's counter of a quota.
    private static final class Meter {

        private final Quota quota;
        private int used;

        /// When a continuous bucket would be full; else the end of the window.
        private Instant full = Instant.MIN;

        Meter(Quota quota) {
            this.quota = quota;
        }

        int wanted(Step.Attempt attempt) {
            return quota.tokens() ? attempt.estimatedTokens() == 0 ? TOKENS : (int) attempt.estimatedTokens() : 1;
        }

        void take(int wanted, Instant now) {
            if (quota.continuous()) {
                full = (full.isAfter(now) ? full : now).plus(quota.perUnit().multipliedBy(wanted));
                return;
            }
            used = quota.most() - left(now) + wanted;
            if (!now.isBefore(full)) {
                full = now.plus(quota.window());
            }
        }

        int left(Instant now) {
            if (!now.isBefore(full)) {
                return quota.most();
            }
            return quota.most() - (quota.continuous() ? unitsToFill(now) : used);
        }

        /// The missing units, rounded up.
        private int unitsToFill(Instant now) {
            Duration perUnit = quota.perUnit();
            return (int) Duration.between(now, full).plus(perUnit).minusNanos(1).dividedBy(perUnit);
        }

        Bucket bucket(Instant now) {
            Duration untilFull = now.isBefore(full) ? Duration.between(now, full) : Duration.ZERO;
            int left = left(now);
            // Whole units make the time per unit exact.
            Duration reset = quota.continuous() ? quota.perUnit().multipliedBy(quota.most() - left) : untilFull;
            return new Bucket(
                    quota.tokens() ? "tokens" : "requests", (long) quota.most(), left, reset, quota.continuous());
        }

        Failure refusal(int wanted, Instant now, @Nullable String organisation) {
            Duration untilFull = Duration.between(now, full);
            Duration enough = quota.continuous()
                    ? untilFull.minus(quota.perUnit().multipliedBy(quota.most() - wanted))
                    : untilFull;
            boolean says = quota.reporting() == Reporting.RETRY_AFTER || quota.reporting() == Reporting.EACH_ANSWER;
            return new Failure.RateLimited(
                    "limited",
                    says ? enough : null,
                    quota.reporting() == Reporting.EMPTY_BUCKET
                            ? new RateLimitStatus(List.of(bucket(now)))
                            : RateLimitStatus.UNKNOWN,
                    organisation,
                    true,
                    says && quota.tokens() ? wanted : 0);
        }
    }
}
