package io.keywheel.adapters.metrics;

import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Counts requests and measures the durations of chats.
final class RequestMetrics {

    private final MeterRegistry registry;
    private final LabelledMeters<Counter> requests;
    private final LabelledMeters<Timer> durations;
    private final LabelledMeters<Timer> firstContents;

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
        // "door" is the public name of the API label.
        requests = new LabelledMeters<>(
                Counter.builder("keywheel.requests")
                        .description("Finished requests by API, path and outcome")
                        .withRegistry(registry),
                "door",
                "path",
                "outcome");
        durations = new LabelledMeters<>(
                Timer.builder("keywheel.request.duration")
                        .description("Time from a chat's beginning to its end, with all its attempts")
                        .serviceLevelObjectives(LatencyBuckets.ofWholeAnswers())
                        .withRegistry(registry),
                "door",
                "path",
                "answered");
        firstContents = new LabelledMeters<>(
                Timer.builder("keywheel.request.first.content")
                        .description("Time from a chat's beginning to its first content")
                        .serviceLevelObjectives(LatencyBuckets.ofFirstContent())
                        .withRegistry(registry),
                "door",
                "path");
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

    /// Only parsed chats are timed: requests that are refused early would lower the durations.
    void count(RequestRecord request, @Nullable TraceContext trace) {
        String api = request.api();
        String path = path(request.requestedModel());
        requests.of(api, path, request.ending().outcome().label()).increment();
        if (request.requestedModel().isEmpty()) {
            return;
        }
        String answered = String.valueOf(request.ending().outcome().isOk());
        Exemplars.record(durations.of(api, path, answered), request.timing().duration(), trace);
        Duration firstContent = request.timing().firstContent();
        if (firstContent != null) {
            Exemplars.record(firstContents.of(api, path), firstContent, trace);
        }
    }

    private static String path(String asked) {
        return asked.isEmpty() ? "none" : asked.equals(VirtualModels.AUTO) ? "A" : "B";
    }
}
