package io.keywheel.adapters.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/// Creates the meters of this gateway.
record Meters(MeterRegistry registry) {

    LabelledMeters<Counter> counters(String name, String description, String... labels) {
        return new LabelledMeters<>(
                Counter.builder(name).description(description).withRegistry(registry), labels);
    }

    /// Histograms of whole answers.
    LabelledMeters<Timer> durations(String name, String description, String... labels) {
        Duration[] bounds = seconds(0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120);
        return timers(name, description, bounds, labels);
    }

    /// Histograms of the time to the first content.
    LabelledMeters<Timer> firstContents(String name, String description, String... labels) {
        Duration[] bounds = seconds(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 20);
        return timers(name, description, bounds, labels);
    }

    private LabelledMeters<Timer> timers(String name, String description, Duration[] bounds, String... labels) {
        var timers = Timer.builder(name).description(description).serviceLevelObjectives(bounds);
        return new LabelledMeters<>(timers.withRegistry(registry), labels);
    }

    private static Duration[] seconds(double... bounds) {
        return DoubleStream.of(bounds)
                .mapToObj(bound -> Duration.ofMillis(Math.round(bound * 1000)))
                .toArray(Duration[]::new);
    }

    /// @param tags names and values
    void gauge(String name, String description, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }
}
