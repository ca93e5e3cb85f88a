package io.keywheel.adapters.http;

import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.RequestTrace;
import io.keywheel.timing.Waiting;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Records requests, and their traces, in place of metrics.
final class Counted implements GatewayMetrics {

    private final List<RequestRecord> requests = new CopyOnWriteArrayList<>();

    /// Where the last one was in a trace.
    volatile @Nullable TraceContext trace;

    /// Whether requests are traced.
    volatile boolean isTracing;

    /// The begins and ends of traced requests, in order.
    final List<String> turns = new CopyOnWriteArrayList<>();

    final List<@Nullable String> states = new CopyOnWriteArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();

    /// The OpenMetrics page; null without one.
    volatile @Nullable String openMetrics;

    /// The slices of the last quarter of an hour.
    volatile List<TrafficSlice> slices = List.of();

    /// Runs before a request is counted.
    volatile Runnable beforeCount = () -> {};

    @Override
    public @Nullable RequestTrace begun(
            String id, String method, String path, Function<String, @Nullable String> headers) {
        if (!isTracing) {
            return null;
        }
        int number = begun.incrementAndGet();
        turns.add("%d begins: %s %s of %s".formatted(number, method, path, headers.apply("traceparent")));
        states.add(headers.apply("tracestate"));
        return new RequestTrace(context(number), request -> {
            RequestRecord.Ending ending = request.ending();
            turns.add("%d ends: %d %s %s %s"
                    .formatted(number, ending.status(), ending.outcome().label(), request.api(), request.client()));
        });
    }

    /// The place of the request that began as the `number`th, from 1.
    static TraceContext context(int number) {
        return new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333%d-01".formatted(number), "");
    }

    @Override
    public @Nullable String openMetricsPage() {
        return openMetrics;
    }

    @Override
    public void ended(RequestRecord request, @Nullable RequestTrace trace) {
        beforeCount.run();
        requests.add(request);
        if (trace != null) {
            this.trace = trace.context();
            trace.end().accept(request);
        }
    }

    @Override
    public String page() {
        return "requests_total " + requests.size() + "\n";
    }

    @Override
    public List<TrafficSlice> recent() {
        return slices;
    }

    RequestRecord only() {
        Waiting.until(() -> !requests.isEmpty());
        if (requests.size() > 1) {
            throw new AssertionError(requests);
        }
        return requests.getFirst();
    }
}
