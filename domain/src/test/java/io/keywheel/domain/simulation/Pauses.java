package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The column "for how long" of the table in docs/rotation.md.
final class Pauses {

    private Pauses() {}

    /// @param need estimated tokens of the failed attempt
    /// @param again how often the failure has returned
    static Duration after(Failure failure, long need, int again, double chance) {
        return switch (failure) {
            case Failure.RateLimited limited -> {
                Duration named = limited.retryAfter() != null ? limited.retryAfter() : low(limited.status(), need);
                yield named != null && named.isPositive()
                        ? atLeast(again, Duration.ofSeconds(2), named)
                        : doubled(Duration.ofSeconds(2), again, Duration.ofMinutes(1));
            }
            case Failure.Overloaded(var _, var named) ->
                named != null
                        ? atLeast(again, Duration.ofSeconds(1), brief(named))
                        : spread(doubled(Duration.ofSeconds(1), again, Duration.ofSeconds(15)), chance);
            case Failure.Unavailable(var _, var named) ->
                named != null ? atLeast(again, Duration.ofMillis(500), brief(named)) : outage(again, chance);
            case Failure.TimedOut _ -> outage(again, chance);
            case Failure.ModelUnavailable _ -> doubled(Duration.ofMinutes(10), again, Duration.ofHours(6));
            case Failure.KeyRefused _, Failure.AccountBlocked _ ->
                doubled(Duration.ofHours(1), again, Duration.ofDays(1));
            case Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.TooLarge _,
                    Failure.Unsupported _,
                    Failure.Rejected _,
                    Failure.Interrupted _,
                    Failure.Cancelled _,
                    Failure.OutOfTime _ -> Duration.ZERO;
        };
    }

    /// The reset of the empty buckets, or else of those that are too low.
    private static @Nullable Duration low(RateLimitStatus rateLimitStatus, long need) {
        boolean empty = rateLimitStatus.buckets().stream().anyMatch(bucket -> bucket.remaining() <= 0);
        return rateLimitStatus.buckets().stream()
                .filter(bucket -> empty ? bucket.remaining() <= 0 : isTooLow(bucket, need))
                .map(Bucket::reset)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /// Whether a rate limit has a sign of the group's own limit.
    static boolean isShown(Failure.RateLimited limited, long need) {
        boolean empty = limited.status().buckets().stream().anyMatch(bucket -> bucket.remaining() <= 0);
        return limited.shown() || empty || (limited.retryAfter() == null && low(limited.status(), need) != null);
    }

    /// Host throttling cools the provider like an outage.
    static Failure asOutage(Failure failure) {
        Duration named = failure instanceof Failure.RateLimited limited ? limited.retryAfter() : null;
        return new Failure.Unavailable(failure.message(), named);
    }

    private static boolean isTooLow(Bucket bucket, long need) {
        Long limit = bucket.limit();
        return bucket.countsTokens() && bucket.remaining() < need && limit != null && need <= limit;
    }

    /// Whether the outage is unconfirmed, so that a request may probe early.
    static boolean isUnconfirmed(Failure failure) {
        return (failure instanceof Failure.Overloaded(var _, var overload) && isUnnamed(overload))
                || (failure instanceof Failure.Unavailable(var _, var outage) && isUnnamed(outage));
    }

    private static boolean isUnnamed(@Nullable Duration retryAfter) {
        return retryAfter == null;
    }

    private static Duration outage(int again, double chance) {
        return spread(doubled(Duration.ofMillis(500), again, Duration.ofSeconds(20)), chance);
    }

    private static Duration doubled(Duration first, int times, Duration most) {
        Duration pause = first;
        for (int i = 0; i < times && pause.compareTo(most) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(most) < 0 ? pause : most;
    }

    /// The minimum cooldown of a failure that returns doubles from 20 ms to `first`.
    private static Duration atLeast(int again, Duration first, Duration named) {
        Duration least = again == 0 ? Duration.ZERO : doubled(Duration.ofMillis(10), again, first);
        return named.compareTo(least) < 0 ? least : named;
    }

    private static Duration brief(Duration named) {
        Duration most = Duration.ofMinutes(5);
        return named.compareTo(most) < 0 ? named : most;
    }

    /// Spreads the cooldown by 25 % either way.
    private static Duration spread(Duration pause, double chance) {
        return pause.multipliedBy((long) (3_000 + 2_000 * chance)).dividedBy(4_000);
    }
}
