package io.keywheel.domain.routing;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a provider says is left of the limits of a quota group and model.
public record RateLimitStatus(List<Bucket> buckets) {

    /// The provider did not say.
    public static final RateLimitStatus UNKNOWN = new RateLimitStatus(List.of());

    /// The largest count of requests or tokens that is believed. It is above any quota, and sums of millions of
    /// such counts do not overflow.
    public static final long MOST_COUNTED = 1L << 40;

    /// `count`, or the nearest possible one: clients and providers may name any.
    public static long bounded(long count) {
        return Math.clamp(count, 0, MOST_COUNTED);
    }

    /// The longest duration that is believed: above any provider's quota window.
    public static final Duration LONGEST_WINDOW = Duration.ofDays(7);

    /// `duration`, or the nearest possible one: a broken or hostile upstream may name any.
    public static Duration bounded(Duration duration) {
        if (duration.isNegative()) {
            return Duration.ZERO;
        }
        return duration.compareTo(LONGEST_WINDOW) < 0 ? duration : LONGEST_WINDOW;
    }

    /// One limit.
    ///
    /// @param name what is counted and over what time, as `requests-day` or `tokens`
    /// @param limit the most it holds, where the provider says
    /// @param remaining what is left; 0 means that the next request would be refused
    /// @param reset the time until the provider promises it to be filled again, where it says
    /// @param continuous whether it refills little by little, and not all at once when that time is over
    public record Bucket(
            String name,
            @Nullable Long limit,
            long remaining,
            @Nullable Duration reset,
            boolean continuous) {

        public Bucket {
            limit = limit == null ? null : Long.valueOf(bounded(limit));
            remaining = Math.min(bounded(remaining), limit == null ? MOST_COUNTED : limit);
            reset = reset != null && reset.isNegative() ? Duration.ZERO : reset;
        }

        /// A bucket that refills all at once.
        public Bucket(String name, @Nullable Long limit, long remaining, @Nullable Duration reset) {
            this(name, limit, remaining, reset, false);
        }

        /// Whether a request of so many tokens would be refused, and would not be once the bucket is filled.
        boolean isShortOf(long tokens) {
            return remaining <= 0 || (countsTokens() && remaining < tokens && limit != null && tokens <= limit);
        }

        public boolean countsTokens() {
            return name.startsWith("tokens");
        }
    }

    public RateLimitStatus {
        buckets = List.copyOf(buckets);
    }

    /// Whether nothing is left of some limit.
    public boolean isSpent() {
        return buckets.stream().anyMatch(bucket -> bucket.isShortOf(0));
    }

    /// How long too little is left for a request of so many tokens: the longest reset of the buckets that refuse
    /// it. Those are empty, or count tokens and hold fewer although their limit allows so many. 0 asks for the
    /// empty buckets alone. Empty if no such bucket says when it fills.
    public Optional<Duration> shortFor(long tokens) {
        return buckets.stream()
                .filter(bucket -> bucket.isShortOf(tokens))
                .map(Bucket::reset)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder());
    }
}
