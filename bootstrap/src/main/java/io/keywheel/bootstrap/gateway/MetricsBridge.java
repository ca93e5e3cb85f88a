package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.metrics.PrometheusMetrics;
import io.keywheel.adapters.trace.Traces;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.RequestTrace;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connects the HTTP adapter to the metrics and trace adapters, because adapters do not depend on each other.
///
/// @param traces null if no traces are sent
record MetricsBridge(PrometheusMetrics metrics, @Nullable Traces traces, MonotonicClock clock)
        implements GatewayMetrics {

    @Override
    public @Nullable RequestTrace begun(
            String id, String method, String path, Function<String, @Nullable String> headers) {
        return traces == null ? null : traces.request(id, method, path, headers);
    }

    @Override
    public void ended(RequestRecord request, @Nullable RequestTrace trace) {
        CompositeChatEvents.attempt(() -> metrics.ended(request, trace == null ? null : trace.context()));
        if (trace != null) {
            CompositeChatEvents.attempt(() -> trace.end().accept(request));
        }
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
