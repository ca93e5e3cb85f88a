package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The table of docs/rotation.md, its column "for how long".
final class Pauses {

    private Pauses() {}

    /// @param need of the attempt that failed
    /// @param again how often the failure has come back
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

    /// Until the empty buckets are filled; if none is empty, until those that are too low are.
    private static @Nullable Duration low(RateLimitStatus rateLimitStatus, long need) {
        boolean empty = rateLimitStatus.buckets().stream().anyMatch(bucket -> bucket.remaining() <= 0);
        return rateLimitStatus.buckets().stream()
                .filter(bucket -> empty ? bucket.remaining() <= 0 : isTooLow(bucket, need))
                .map(Bucket::reset)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /// Whether something shows that a limit is the group's own.
    static boolean isShown(Failure.RateLimited limited, long need) {
        boolean empty = limited.status().buckets().stream().anyMatch(bucket -> bucket.remaining() <= 0);
        return limited.shown() || empty || (limited.retryAfter() == null && low(limited.status(), need) != null);
    }

    /// A limit of this host cools the provider as an outage does.
    static Failure asOutage(Failure failure) {
        Duration named = failure instanceof Failure.RateLimited limited ? limited.retryAfter() : null;
        return new Failure.Unavailable(failure.message(), named);
    }

    private static boolean isTooLow(Bucket bucket, long need) {
        Long limit = bucket.limit();
        return bucket.countsTokens() && bucket.remaining() < need && limit != null && need <= limit;
    }

    /// Whether one request may probe it early.
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

    /// What came back after next to no pause is asked less and less often.
    private static Duration atLeast(int again, Duration first, Duration named) {
        Duration least = again == 0 ? Duration.ZERO : doubled(Duration.ofMillis(10), again, first);
        return named.compareTo(least) < 0 ? least : named;
    }

    private static Duration brief(Duration named) {
        Duration most = Duration.ofMinutes(5);
        return named.compareTo(most) < 0 ? named : most;
    }

    /// By a quarter either way.
    private static Duration spread(Duration pause, double chance) {
        return pause.multipliedBy((long) (3_000 + 2_000 * chance)).dividedBy(4_000);
    }
}
