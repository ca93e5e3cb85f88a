package io.keywheel.adapters.metrics;

import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Counts requests and measures the durations of chats.
final class RequestMetrics {

    private final LabelledMeters<Counter> requests;
    private final LabelledMeters<Timer> durations;
    private final LabelledMeters<Timer> firstContents;

    RequestMetrics(Meters meters) {
        // "door" is the public name of the API label.
        requests = meters.counters(
                "keywheel.requests", "Finished requests by API, path and outcome", "door", "path", "outcome");
        durations = meters.durations(
                "keywheel.request.duration",
                "Time from a chat's beginning to its end, with all its attempts",
                "door",
                "path",
                "answered");
        firstContents = meters.firstContents(
                "keywheel.request.first.content", "Time from a chat's beginning to its first content", "door", "path");
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

    private static String path(String requestedModel) {
        return requestedModel.isEmpty() ? "none" : requestedModel.equals(VirtualModels.AUTO) ? "A" : "B";
    }
}
