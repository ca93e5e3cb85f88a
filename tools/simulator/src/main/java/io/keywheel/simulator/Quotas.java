package io.keywheel.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The buckets of every organisation and model. Safe for use by several threads.
final class Quotas {

    /// What shares its limits, and a prompt cache.
    record Share(Provider provider, String organisation, String model) {}

    /// @param reset until the bucket is full
    record Gauge(Window window, long limit, long remaining, Duration reset) {}

    /// Whether a request may be answered, and what its headers say.
    sealed interface Admission {
        List<Gauge> gauges();
    }

    record Admitted(List<Gauge> gauges) implements Admission {}

    /// @param retryIn until the same request would be admitted; never, if it asks for more than the limit
    record Refused(List<Gauge> gauges, Window window, long limit, long used, long requested, Duration retryIn)
            implements Admission {
        boolean never() {
            return requested > limit;
        }
    }

    private final Map<Share, Map<Window, Bucket>> shares = new HashMap<>();

    /// Takes one request and its tokens, or nothing.
    ///
    /// @param free how many of the tokens must fit in, but do not count
    synchronized Admission admit(Share share, Limits limits, long tokens, long free, Instant now) {
        var buckets = shares.computeIfAbsent(share, _ -> buckets(limits, now));
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

    private static Map<Window, Bucket> buckets(Limits limits, Instant now) {
        var buckets = new EnumMap<Window, Bucket>(Window.class);
        for (var window : Window.values()) {
            if (window.limit(limits) > 0) {
                buckets.put(window, new Bucket(window.limit(limits), window.period(limits), limits.atOnce(), now));
            }
        }
        return buckets;
    }

    private static List<Gauge> gauges(Map<Window, Bucket> buckets, Instant now) {
        var gauges = new ArrayList<Gauge>();
        buckets.forEach((window, bucket) -> gauges.add(
                new Gauge(window, bucket.capacity(), bucket.remaining(now), bucket.until(bucket.capacity(), now))));
        return List.copyOf(gauges);
    }
}
