package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Generates random values of clients and providers, and the longest cooldown that they allow.
final class HostileProviders {

    private static final Duration A_WEEK = Duration.ofDays(7);

    /// The longest cooldown of a rate limit or outage without `Retry-After`.
    private static final Duration WITHOUT_A_TIME = Duration.ofMinutes(1);

    /// The longest cooldown of an outage with any `Retry-After`.
    private static final Duration OUTAGE = Duration.ofMinutes(5);

    /// Rounding error of a week in doubles.
    private static final Duration ROUNDING = Duration.ofMillis(1);

    private static final List<String> BUCKETS = List.of("tokens", "tokens-day", "requests", "requests-minute");
    private static final List<Long> NUMBERS = List.of(
            Long.MIN_VALUE, -1L, 0L, 1L, 2L, 30L, 8000L, 100_000L, (long) Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE);
    private static final List<@Nullable Duration> TIMES = Arrays.asList(
            null,
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofSeconds(-1),
            Duration.ZERO,
            Duration.ofNanos(1),
            Duration.ofMillis(750),
            Duration.ofSeconds(30),
            Duration.ofHours(3),
            Duration.ofDays(31),
            Duration.ofSeconds(Long.MAX_VALUE));
    private static final UpstreamError NO = new UpstreamError(413, "no", null, null, null);

    private final Random random;
    private final Map<ProviderId, Duration> longest = new HashMap<>();

    HostileProviders(Random random) {
        this.random = random;
    }

    long number() {
        return random.nextInt(4) == 0 ? random.nextInt(10_000) : any(NUMBERS);
    }

    /// The longest cooldown that the values sent by a provider allow.
    Duration longest(ProviderId provider) {
        return longest.getOrDefault(provider, WITHOUT_A_TIME);
    }

    RateLimitStatus rateLimitStatus(ProviderId provider) {
        var buckets = new ArrayList<Bucket>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Long limit = random.nextInt(4) == 0 ? null : Long.valueOf(number());
            var bucket = new Bucket(any(BUCKETS), limit, number(), any(TIMES), random.nextBoolean());
            said(provider, refill(bucket));
            buckets.add(bucket);
        }
        return new RateLimitStatus(buckets);
    }

    /// A failure after the first content.
    Failure end() {
        return random.nextBoolean() ? new Failure.Cancelled() : new Failure.Interrupted("cut");
    }

    Failure failure(ProviderId provider) {
        Duration time = any(TIMES);
        return switch (random.nextInt(8)) {
            case 0 -> new Failure.TooLarge(NO);
            case 1 -> new Failure.Rejected(NO);
            case 2 -> new Failure.EmptyReply("nothing");
            case 3 -> new Failure.Cancelled();
            case 4 -> {
                said(provider, OUTAGE);
                yield random.nextBoolean() ? new Failure.Unavailable("no", time) : new Failure.Overloaded("no", time);
            }
            default -> {
                said(provider, time == null ? Duration.ZERO : time);
                String organisation = random.nextInt(4) == 0 ? "org" + random.nextInt(3) : null;
                yield new Failure.RateLimited(
                        "no", time, rateLimitStatus(provider), organisation, random.nextBoolean(), number());
            }
        };
    }

    private void said(ProviderId provider, Duration time) {
        Duration bounded = bounded(time).plus(ROUNDING);
        longest.merge(provider, bounded, (a, b) -> a.compareTo(b) > 0 ? a : b);
        longest.merge(provider, WITHOUT_A_TIME, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    private static Duration bounded(Duration time) {
        return time.compareTo(A_WEEK) < 0 ? time : A_WEEK;
    }

    /// The time to fill the bucket from minus its limit, at the reported rate.
    private static Duration refill(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bounded(bucket.reset() == null ? Duration.ZERO : bucket.reset());
        if (!bucket.continuous() || limit == null || limit <= bucket.remaining()) {
            return reset;
        }
        double nanos = 2.0 * limit * reset.toNanos() / (limit - bucket.remaining());
        return Duration.ofNanos((long) Math.min(nanos, (double) A_WEEK.toNanos()));
    }

    private <T extends @Nullable Object> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
