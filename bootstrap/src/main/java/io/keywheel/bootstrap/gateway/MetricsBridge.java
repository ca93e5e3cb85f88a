package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.adapters.metrics.PrometheusMetrics;
import java.util.List;

/// What the doors tell of their requests, handed on to be counted: adapters do not see each other.
record MetricsBridge(PrometheusMetrics metrics, MonotonicClock clock) implements HttpGateway.Meter {

    @Override
    public void ended(HttpGateway.Ended request) {
        CompositeChatEvents.attempt(() -> metrics.ended(new PrometheusMetrics.Request(
                request.door(), request.path(), request.outcome(), request.took(), request.firstContent())));
    }

    @Override
    public String page() {
        return metrics.page();
    }

    @Override
    public List<HttpGateway.Slice> recent() {
        return metrics.recent().stream()
                .map(slice -> new HttpGateway.Slice(
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
