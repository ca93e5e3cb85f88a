package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.metrics.RequestMetrics;
import io.keywheel.adapters.metrics.PrometheusMetrics;
import java.util.List;

/// What the doors tell of their requests, handed on to be counted: adapters do not see each other.
record MetricsBridge(PrometheusMetrics metrics, MonotonicClock clock) implements RequestMetrics {

    @Override
    public void ended(RequestMetrics.Ended request) {
        CompositeChatEvents.attempt(() -> metrics.ended(new PrometheusMetrics.Request(
                request.api(), request.path(), request.outcome(), request.took(), request.firstContent())));
    }

    @Override
    public String page() {
        return metrics.page();
    }

    @Override
    public List<RequestMetrics.Slice> recent() {
        return metrics.recent().stream()
                .map(slice -> new RequestMetrics.Slice(
                        clock.wallTime(slice.from()),
                        slice.length(),
                        slice.ok(),
                        slice.failed(),
                        slice.left(),
                        slice.attempts(),
                        slice.failures()))
                .toList();
    }
}
