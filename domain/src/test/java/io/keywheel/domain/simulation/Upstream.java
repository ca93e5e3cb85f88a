package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Outage;
import io.keywheel.domain.simulation.Scenario.Quota;
import io.keywheel.domain.simulation.Scenario.Telling;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The providers of a scenario.
final class Upstream {

    /// How an attempt goes.
    ///
    /// @param failure null for an answer
    record Outcome(@Nullable Failure failure, Allowance allowance) {}

    private record Window(Instant began, int used) {}

    private final Scenario scenario;
    private final Map<Quota, Window> windows = new HashMap<>();

    Upstream(Scenario scenario) {
        this.scenario = scenario;
    }

    /// Asks for `target`: fate first, then outages, then quotas.
    Outcome ask(Target target, Fate fate, Instant now) {
        if (fate.failure() != null) {
            return new Outcome(fate.failure(), Allowance.UNKNOWN);
        }
        for (Outage outage : scenario.outages()) {
            if (outage.covers(target.provider(), now)) {
                return new Outcome(outage.failure(), Allowance.UNKNOWN);
            }
        }
        for (Quota quota : scenario.quotas()) {
            if (quota.group().equals(target.key().group()) && quota.model().equals(target.model())) {
                return take(quota, now);
            }
        }
        return new Outcome(null, Allowance.UNKNOWN);
    }

    private Outcome take(Quota quota, Instant now) {
        Window window = windows.get(quota);
        if (window == null || !now.isBefore(window.began().plus(quota.window()))) {
            window = new Window(now, 0);
        }
        Duration reset = Duration.between(now, window.began().plus(quota.window()));
        if (window.used() >= quota.most()) {
            return new Outcome(limited(quota, reset), Allowance.UNKNOWN);
        }
        windows.put(quota, new Window(window.began(), window.used() + 1));
        boolean says = quota.telling() == Telling.BEFOREHAND;
        return new Outcome(null, says ? left(quota, quota.most() - window.used() - 1, reset) : Allowance.UNKNOWN);
    }

    private static Failure limited(Quota quota, Duration reset) {
        return switch (quota.telling()) {
            case NOTHING -> new Failure.RateLimited("limited", null, Allowance.UNKNOWN, null, true);
            case RETRY_AFTER, BEFOREHAND -> new Failure.RateLimited("limited", reset, Allowance.UNKNOWN);
            case EMPTY_BUCKET -> new Failure.RateLimited("limited", null, left(quota, 0, reset));
        };
    }

    private static Allowance left(Quota quota, int remaining, Duration reset) {
        return new Allowance(List.of(
                new Allowance.Bucket("requests", (long) quota.most(), remaining, reset),
                new Allowance.Bucket("tokens", 1000L, 500, reset.plus(Duration.ofDays(1)))));
    }
}
