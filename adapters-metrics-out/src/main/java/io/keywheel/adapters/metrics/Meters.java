package io.keywheel.adapters.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/// Creates the meters of this gateway.
record Meters(MeterRegistry registry) {

    MeterProvider<Counter> counters(String name, String description) {
        return Counter.builder(name).description(description).withRegistry(registry);
    }

    /// Histograms of whole answers.
    MeterProvider<Timer> durations(String name, String description) {
        return timers(name, description, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120);
    }

    /// Histograms of the time to the first content.
    MeterProvider<Timer> firstContents(String name, String description) {
        return timers(name, description, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 20);
    }

    private MeterProvider<Timer> timers(String name, String description, double... seconds) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(DoubleStream.of(seconds)
                        .mapToObj(bound -> Duration.ofMillis(Math.round(bound * 1000)))
                        .toArray(Duration[]::new))
                .withRegistry(registry);
    }

    /// @param tags names and values
    void gauge(String name, String description, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
