package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Outage;
import io.keywheel.domain.simulation.Scenario.Quota;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The providers of a scenario.
final class Upstream {

    /// How an attempt goes.
    ///
    /// @param failure null for an answer
    record Outcome(@Nullable Failure failure, RateLimitStatus allowance) {}

    /// What a request takes of which nobody knew what it needs.
    private static final int TOKENS = 50;

    private static final UpstreamError TOO_LARGE = new UpstreamError(413, "too large", null, null, null);

    private final Scenario scenario;
    private final Map<Quota, Meter> meters = new LinkedHashMap<>();

    Upstream(Scenario scenario) {
        this.scenario = scenario;
        scenario.quotas().forEach(quota -> meters.put(quota, new Meter(quota)));
    }

    /// Makes an attempt: fate first, then outages, then quotas.
    Outcome ask(Step.Attempt attempt, Fate fate, Instant now) {
        if (fate.failure() != null) {
            return new Outcome(fate.failure(), RateLimitStatus.UNKNOWN);
        }
        for (Outage outage : scenario.outages()) {
            if (outage.covers(attempt.target().provider(), now)) {
                return new Outcome(outage.failure(), RateLimitStatus.UNKNOWN);
            }
        }
        Failure refusal = refusal(attempt, now);
        return refusal == null ? take(attempt, now) : new Outcome(refusal, RateLimitStatus.UNKNOWN);
    }

    private @Nullable Failure refusal(Step.Attempt attempt, Instant now) {
        for (var entry : meters.entrySet()) {
            Quota quota = entry.getKey();
            int wanted = wanted(quota, attempt);
            if (isFor(quota, attempt.target()) && wanted > quota.most()) {
                return new Failure.TooLarge(TOO_LARGE);
            }
            if (isFor(quota, attempt.target()) && !entry.getValue().holds(wanted, now)) {
                return entry.getValue()
                        .refusal(
                                wanted,
                                now,
                                scenario.organisations()
                                        .get(scenario.group(
                                                attempt.target().key().slot())));
            }
        }
        return null;
    }

    private Outcome take(Step.Attempt attempt, Instant now) {
        var told = new ArrayList<Bucket>();
        meters.forEach((quota, meter) -> {
            if (isFor(quota, attempt.target())) {
                meter.take(wanted(quota, attempt), now);
                if (meter.tellsBeforehand()) {
                    told.add(meter.bucket(now));
                }
            }
        });
        return new Outcome(null, new RateLimitStatus(told));
    }

    private boolean isFor(Quota quota, Target target) {
        return scenario.isOf(target.key().slot(), quota.group())
                && quota.model().equals(target.model());
    }

    private static int wanted(Quota quota, Step.Attempt attempt) {
        return quota.tokens() ? attempt.estimatedTokens() == 0 ? TOKENS : (int) attempt.estimatedTokens() : 1;
    }
}
