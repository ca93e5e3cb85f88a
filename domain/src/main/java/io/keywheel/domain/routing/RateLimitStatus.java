package io.keywheel.domain.routing;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The remaining quota of a group for a model, as the provider reported it.
public record RateLimitStatus(List<Bucket> buckets) {

    /// No report.
    public static final RateLimitStatus UNKNOWN = new RateLimitStatus(List.of());

    /// The largest accepted count of requests or tokens. It is above any quota, and sums of millions of such
    /// counts do not overflow.
    public static final long MOST_COUNTED = 1L << 40;

    /// Clamps `count` to the valid range, because clients and providers may send any value.
    public static long bounded(long count) {
        return Math.clamp(count, 0, MOST_COUNTED);
    }

    /// The longest accepted duration: above any provider's quota window. So each key is tried at least once a week.
    public static final Duration LONGEST_WINDOW = Duration.ofDays(7);

    /// Clamps `duration` to the valid range, because a broken or hostile provider may send any value.
    public static Duration bounded(Duration duration) {
        if (duration.isNegative()) {
            return Duration.ZERO;
        }
        return duration.compareTo(LONGEST_WINDOW) < 0 ? duration : LONGEST_WINDOW;
    }

    /// One limit.
    ///
    /// @param name what is counted and over what time, as `requests-day` or `tokens`. Only a bucket whose name
    ///     begins with `tokens` counts tokens
    /// @param limit the size of the bucket; null if not reported
    /// @param remaining the remaining count; at 0, the next request would be refused
    /// @param reset the time until the bucket is full again; null if not reported
    /// @param continuous whether the bucket refills continuously, and not in one step after `reset`
    public record Bucket(
            String name,
            @Nullable Long limit,
            long remaining,
            @Nullable Duration reset,
            boolean continuous) {

        public Bucket {
            limit = limit == null ? null : Long.valueOf(bounded(limit));
            remaining = Math.min(bounded(remaining), limit == null ? MOST_COUNTED : limit);
            reset = reset == null ? null : bounded(reset);
        }

        /// A bucket that refills in one step.
        public Bucket(String name, @Nullable Long limit, long remaining, @Nullable Duration reset) {
            this(name, limit, remaining, reset, false);
        }

        /// Whether a request of `tokens` would be refused, but not by a full bucket.
        boolean wouldRefuse(long tokens) {
            return remaining <= 0 || (countsTokens() && remaining < tokens && limit != null && tokens <= limit);
        }

        public boolean countsTokens() {
            return name.startsWith("tokens");
        }
    }

    public RateLimitStatus {
        buckets = List.copyOf(buckets);
    }

    public boolean hasEmptyBucket() {
        return buckets.stream().anyMatch(bucket -> bucket.wouldRefuse(0));
    }

    /// The longest reset of the buckets that refuse a request of `tokens`. Those are empty, or count tokens and
    /// hold fewer although their limit allows so many. With 0, only empty buckets count. Empty if none of these
    /// buckets has a reset.
    public Optional<Duration> resetFor(long tokens) {
        return buckets.stream()
                .filter(bucket -> bucket.wouldRefuse(tokens))
                .map(Bucket::reset)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder());
    }
}
