package io.keywheel.adapters.metrics;

import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Counts requests and measures the durations of chats.
final class RequestMetrics {

    private final Meters meters;
    private final MeterProvider<Counter> requests;
    private final MeterProvider<Timer> durations;
    private final MeterProvider<Timer> firstContents;

    RequestMetrics(Meters meters) {
        this.meters = meters;
        requests = meters.counters("keywheel.requests", "Finished requests by API, path and outcome");
        durations = meters.durations(
                "keywheel.request.duration", "Time from a chat's beginning to its end, with all its attempts");
        firstContents = meters.firstContents(
                "keywheel.request.first.content", "Time from a chat's beginning to its first content");
    }

    void watch(IntSupplier waiting, IntSupplier underWay) {
        meters.gauge("keywheel.requests.waiting", "Requests that wait for a key", waiting::getAsInt);
        meters.gauge("keywheel.requests.in.flight", "Chats under way", underWay::getAsInt);
    }

    /// Only parsed chats are timed: requests that are refused early would lower the durations.
    void count(RequestRecord request, @Nullable TraceContext trace) {
        // "door" is the public name of the API label.
        Tags tags = Tags.of("door", request.api(), "path", path(request.requestedModel()));
        Outcome outcome = request.ending().outcome();
        requests.withTags(tags.and("outcome", outcome.label())).increment();
        if (request.requestedModel().isEmpty()) {
            return;
        }
        Timer duration = durations.withTags(tags.and("answered", String.valueOf(outcome.isOk())));
        Exemplars.record(duration, request.timing().duration(), trace);
        Duration firstContent = request.timing().firstContent();
        if (firstContent != null) {
            Exemplars.record(firstContents.withTags(tags), firstContent, trace);
        }
    }

    private static String path(String asked) {
        return asked.isEmpty() ? "none" : asked.equals(VirtualModels.AUTO) ? "A" : "B";
    }
}
