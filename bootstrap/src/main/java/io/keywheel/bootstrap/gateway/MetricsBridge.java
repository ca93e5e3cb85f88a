package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.metrics.RequestMetrics;
import io.keywheel.adapters.metrics.PrometheusMetrics;
import io.keywheel.domain.status.FinishedRequest;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;

/// Connects the HTTP side with the metrics: adapters do not see each other.
record MetricsBridge(PrometheusMetrics metrics, MonotonicClock clock) implements RequestMetrics {

    @Override
    public void ended(FinishedRequest request) {
        CompositeChatEvents.attempt(() -> metrics.ended(request));
    }

    @Override
    public void ended(RequestRecord request) {
        CompositeChatEvents.attempt(() -> metrics.ended(request));
    }

    @Override
    public String page() {
        return metrics.page();
    }

    @Override
    public List<TrafficSlice> recent() {
        return metrics.recent().stream()
                .map(slice -> slice.startingAt(clock.wallTime(slice.from())))
                .toList();
    }
}
