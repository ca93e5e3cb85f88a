package io.keywheel.adapters.metrics;

import java.time.Duration;
import java.util.stream.DoubleStream;

/// The bucket bounds of the histograms.
final class LatencyBuckets {

    private LatencyBuckets() {}

    static Duration[] ofFirstContent() {
        return seconds(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 20);
    }

    static Duration[] ofWholeAnswers() {
        return seconds(0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120);
    }

    private static Duration[] seconds(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToObj(bound -> Duration.ofMillis(Math.round(bound * 1000)))
                .toArray(Duration[]::new);
    }
}
