package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.simulation.Scenario.Quota;
import io.keywheel.domain.simulation.Scenario.Telling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an upstream counts of a quota.
final class Meter {

    private final Quota quota;
    private int used;

    /// One that fills evenly: when it is full if nothing more is taken. One that does not: the end of its
    /// window.
    private Instant full = Instant.MIN;

    Meter(Quota quota) {
        this.quota = quota;
    }

    boolean holds(int wanted, Instant now) {
        return left(now) >= wanted;
    }

    void take(int wanted, Instant now) {
        if (quota.evenly()) {
            full = (full.isAfter(now) ? full : now).plus(quota.perUnit().multipliedBy(wanted));
            return;
        }
        used = quota.most() - left(now) + wanted;
        if (!now.isBefore(full)) {
            full = now.plus(quota.window());
        }
    }

    private int left(Instant now) {
        if (!now.isBefore(full)) {
            return quota.most();
        }
        return quota.most() - (quota.evenly() ? unitsToFill(now) : used);
    }

    /// Begun ones count.
    private int unitsToFill(Instant now) {
        Duration perUnit = quota.perUnit();
        return (int) Duration.between(now, full).plus(perUnit).minusNanos(1).dividedBy(perUnit);
    }

    /// What it says of itself.
    Bucket bucket(Instant now) {
        Duration untilFull = now.isBefore(full) ? Duration.between(now, full) : Duration.ZERO;
        int left = left(now);
        // In whole units, so that what fills one by one can be reckoned from it without a remainder.
        Duration reset = quota.evenly() ? quota.perUnit().multipliedBy(quota.most() - left) : untilFull;
        return new Bucket(quota.tokens() ? "tokens" : "requests", (long) quota.most(), left, reset, quota.evenly());
    }

    /// Refuses who wants more than it holds.
    Failure refusal(int wanted, Instant now, @Nullable String organisation) {
        Duration untilFull = Duration.between(now, full);
        Duration enough =
                quota.evenly() ? untilFull.minus(quota.perUnit().multipliedBy(quota.most() - wanted)) : untilFull;
        long requested = quota.tokens() ? wanted : 0;
        return switch (quota.telling()) {
            case NOTHING -> new Failure.RateLimited("limited", null, RateLimitStatus.UNKNOWN, organisation, true, 0);
            case RETRY_AFTER, BEFOREHAND ->
                new Failure.RateLimited("limited", enough, RateLimitStatus.UNKNOWN, organisation, true, requested);
            case EMPTY_BUCKET ->
                new Failure.RateLimited(
                        "limited", null, new RateLimitStatus(List.of(bucket(now))), organisation, true, 0);
        };
    }

    boolean tellsBeforehand() {
        return quota.telling() == Telling.BEFOREHAND;
    }
}
