package io.keywheel.adapters.http;

import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.metrics.RequestTrace;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Records requests in place of metrics.
final class Counted implements GatewayMetrics {

    private final List<RequestRecord> requests = new CopyOnWriteArrayList<>();

    /// Where the last one was in a trace.
    volatile @Nullable TraceContext trace;

    /// What follows requests; null for nothing.
    volatile @Nullable Following following;

    /// Shown as OpenMetrics; null where that is not offered.
    volatile @Nullable String openMetrics;

    /// The last quarter of an hour, as it is to be.
    volatile List<TrafficSlice> slices = List.of();

    @Override
    public @Nullable RequestTrace begun(
            String id, String method, String path, Function<String, @Nullable String> headers) {
        Following all = following;
        return all == null ? null : all.begun(method, path, headers);
    }

    @Override
    public @Nullable String openMetricsPage() {
        return openMetrics;
    }

    @Override
    public void ended(RequestRecord request, @Nullable TraceContext trace) {
        this.trace = trace;
        requests.add(request);
    }

    @Override
    public String page() {
        return "requests_total " + requests.size() + "\n";
    }

    @Override
    public List<TrafficSlice> recent() {
        return slices;
    }

    /// The only one, once there is one.
    RequestRecord only() {
        Await.until("a request", () -> !requests.isEmpty());
        if (requests.size() > 1) {
            throw new AssertionError(requests);
        }
        return requests.getFirst();
    }
}
