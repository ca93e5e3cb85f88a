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

/// What clients and providers say who say anything, and how long a key may rest for it.
final class Lies {

    private static final Duration A_WEEK = Duration.ofDays(7);

    /// A limit of which nothing is said, and an outage, rest for no longer.
    private static final Duration WITHOUT_A_WORD = Duration.ofMinutes(1);

    /// An outage rests for no longer, whatever is said.
    private static final Duration OUTAGE = Duration.ofMinutes(5);

    /// In doubles, of a week.
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

    Lies(Random random) {
        this.random = random;
    }

    /// Of tokens, or of anything.
    long number() {
        return random.nextInt(4) == 0 ? random.nextInt(10_000) : any(NUMBERS);
    }

    /// The longest that anything said by a provider may keep a key of it out of turn.
    Duration longest(ProviderId provider) {
        return longest.getOrDefault(provider, WITHOUT_A_WORD);
    }

    RateLimitStatus allowance(ProviderId provider) {
        var buckets = new ArrayList<Bucket>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Long limit = random.nextInt(4) == 0 ? null : Long.valueOf(number());
            var bucket = new Bucket(any(BUCKETS), limit, number(), any(TIMES), random.nextBoolean());
            says(provider, fills(bucket));
            buckets.add(bucket);
        }
        return new RateLimitStatus(buckets);
    }

    /// Of one whose answer has begun.
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
                says(provider, OUTAGE);
                yield random.nextBoolean() ? new Failure.Unavailable("no", time) : new Failure.Overloaded("no", time);
            }
            default -> {
                says(provider, time == null ? Duration.ZERO : time);
                String organisation = random.nextInt(4) == 0 ? "org" + random.nextInt(3) : null;
                yield new Failure.RateLimited(
                        "no", time, allowance(provider), organisation, random.nextBoolean(), number());
            }
        };
    }

    private void says(ProviderId provider, Duration time) {
        Duration bounded = time.compareTo(A_WEEK) < 0 ? time : A_WEEK;
        longest.merge(provider, bounded.plus(ROUNDING), (a, b) -> a.compareTo(b) > 0 ? a : b);
        longest.merge(provider, WITHOUT_A_WORD, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    /// How long it takes to fill from one limit below empty, at the pace that is said.
    private static Duration fills(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset() == null ? Duration.ZERO : bucket.reset();
        Duration said = reset.compareTo(A_WEEK) < 0 ? reset : A_WEEK;
        if (!bucket.continuous() || limit == null || limit <= bucket.remaining()) {
            return said;
        }
        double nanos = 2.0 * limit * said.toNanos() / (limit - bucket.remaining());
        return Duration.ofNanos((long) Math.min(nanos, (double) A_WEEK.toNanos()));
    }

    private <T extends @Nullable Object> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
