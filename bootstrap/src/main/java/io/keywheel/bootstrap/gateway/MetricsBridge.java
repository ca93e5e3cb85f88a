package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.metrics.GatewayMetrics.RequestTrace;
import io.keywheel.adapters.metrics.PrometheusMetrics;
import io.keywheel.adapters.trace.Traces;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connects the HTTP adapter to the metrics and trace adapters, because adapters do not depend on each other.
///
/// @param traces null if no traces are sent
record MetricsBridge(PrometheusMetrics metrics, @Nullable Traces traces, MonotonicClock clock)
        implements GatewayMetrics {

    private record TracedRequest(Traces.Request request) implements RequestTrace {

        @Override
        public TraceContext context() {
            return request.context();
        }

        @Override
        public void ended(@Nullable String client, RequestRecord ended) {
            CompositeChatEvents.attempt(() -> request.ended(client, ended));
        }
    }

    @Override
    public @Nullable RequestTrace begun(
            String id, String method, String path, Function<String, @Nullable String> headers) {
        return traces == null ? null : new TracedRequest(traces.request(id, method, path, headers));
    }

    @Override
    public void ended(RequestRecord request, @Nullable TraceContext trace) {
        CompositeChatEvents.attempt(() -> metrics.ended(request, trace));
    }

    @Override
    public String page() {
        return metrics.page();
    }

    @Override
    public @Nullable String openMetricsPage() {
        return metrics.openMetricsPage();
    }

    @Override
    public List<TrafficSlice> recent() {
        return metrics.recent().stream()
                .map(slice -> slice.startingAt(clock.wallTime(slice.from())))
                .toList();
    }
}
