package io.keywheel.simulator.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The buckets of all organisations and models. Thread-safe.
public final class Quotas {

    /// The scope of limits and of a prompt cache.
    public record Share(String provider, String organisation, String model) {}

    /// The state of a bucket.
    ///
    /// @param reset the time until the bucket is full
    public record Gauge(Window window, long limit, long remaining, Duration reset) {}

    /// The decision about a request.
    public sealed interface Admission {}

    public record Admitted(List<Gauge> gauges) implements Admission {}

    /// The request is refused with 429 or 413.
    ///
    /// @param retryIn the time until the request would be admitted; meaningless if [#never]
    public record Refused(List<Gauge> gauges, Window window, long limit, long used, long requested, Duration retryIn)
            implements Admission {
        /// Whether the request exceeds the limit itself.
        public boolean never() {
            return requested > limit;
        }
    }

    private final Map<Share, Map<Window, Bucket>> shares = new HashMap<>();

    /// Takes one request and its tokens, or nothing if a bucket has too little.
    ///
    /// @param limits creates the buckets at the first request of `share`
    /// @param free the part of `tokens` that must fit into the buckets but is not taken
    public synchronized Admission admit(
            Share share, Supplier<Map<Window, Bucket>> limits, long tokens, long free, Instant now) {
        var buckets = shares.computeIfAbsent(share, _ -> limits.get());
        for (var each : buckets.entrySet()) {
            var bucket = each.getValue();
            long requested = each.getKey().requests ? 1 : tokens;
            var wait = bucket.until(requested, now);
            if (wait.isPositive()) {
                long used = bucket.capacity() - bucket.remaining(now);
                return new Refused(gauges(buckets, now), each.getKey(), bucket.capacity(), used, requested, wait);
            }
        }
        buckets.forEach((window, bucket) -> bucket.take(window.requests ? 1 : tokens - free, now));
        return new Admitted(gauges(buckets, now));
    }

    private static List<Gauge> gauges(Map<Window, Bucket> buckets, Instant now) {
        var gauges = new ArrayList<Gauge>();
        buckets.forEach((window, bucket) -> gauges.add(
                new Gauge(window, bucket.capacity(), bucket.remaining(now), bucket.until(bucket.capacity(), now))));
        return List.copyOf(gauges);
    }
}
