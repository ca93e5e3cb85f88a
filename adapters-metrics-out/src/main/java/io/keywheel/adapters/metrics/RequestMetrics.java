package io.keywheel.adapters.metrics;

import io.keywheel.domain.status.FinishedRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.IntSupplier;

/// Counts requests and their time.
final class RequestMetrics {

    private final MeterRegistry registry;
    private final MeterProvider<Counter> requests;
    private final MeterProvider<Timer> durations;
    private final MeterProvider<Timer> firstContents;

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
        requests = Counter.builder("keywheel.requests")
                .description("Finished requests by API, path and outcome")
                .withRegistry(registry);
        durations = Timer.builder("keywheel.request.duration")
                .description("Time from a chat's beginning to its end, with all its attempts")
                .serviceLevelObjectives(LatencyBuckets.ofWholeAnswers())
                .withRegistry(registry);
        firstContents = Timer.builder("keywheel.request.first.content")
                .description("Time from a chat's beginning to its first content")
                .serviceLevelObjectives(LatencyBuckets.ofFirstContent())
                .withRegistry(registry);
    }

    void watch(IntSupplier waiting, IntSupplier underWay) {
        Gauge.builder("keywheel.requests.waiting", waiting, IntSupplier::getAsInt)
                .description("Requests that wait for a key")
                .strongReference(true)
                .register(registry);
        Gauge.builder("keywheel.requests.in.flight", underWay, IntSupplier::getAsInt)
                .description("Chats under way")
                .strongReference(true)
                .register(registry);
    }

    /// Only parsed chats are timed: early refusals would make them look fast.
    void count(FinishedRequest request) {
        requests.withTags("door", request.api(), "path", request.path(), "outcome", request.outcome())
                .increment();
        if (request.path().equals("none")) {
            return;
        }
        String answered = String.valueOf(request.outcome().equals("ok"));
        durations
                .withTags("door", request.api(), "path", request.path(), "answered", answered)
                .record(request.took());
        if (request.firstContent() != null) {
            firstContents
                    .withTags("door", request.api(), "path", request.path())
                    .record(request.firstContent());
        }
    }
}
