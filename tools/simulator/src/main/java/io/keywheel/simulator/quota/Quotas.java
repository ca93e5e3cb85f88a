package io.keywheel.simulator.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The buckets of every organisation and model. Safe for use by several threads.
public final class Quotas {

    /// What shares its limits, and a prompt cache.
    public record Share(String provider, String organisation, String model) {}

    /// What is left.
    ///
    /// @param reset until the bucket is full
    public record Gauge(Window window, long limit, long remaining, Duration reset) {}

    /// Whether a request may be answered, and what its headers say.
    public sealed interface Admission {
        /// What is left afterwards.
        List<Gauge> gauges();
    }

    /// It is answered.
    public record Admitted(List<Gauge> gauges) implements Admission {}

    /// It is answered by 429, or 413.
    ///
    /// @param retryIn until the same request would be admitted; never, if it asks for more than the limit
    public record Refused(List<Gauge> gauges, Window window, long limit, long used, long requested, Duration retryIn)
            implements Admission {
        /// Whether it asks for more than the limit.
        public boolean never() {
            return requested > limit;
        }
    }

    private final Map<Share, Map<Window, Bucket>> shares = new HashMap<>();

    /// Takes one request and its tokens, or nothing.
    ///
    /// @param limits made when they are first needed
    /// @param free how many of the tokens must fit in, but do not count
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
