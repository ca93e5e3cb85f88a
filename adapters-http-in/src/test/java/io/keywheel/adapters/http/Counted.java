package io.keywheel.adapters.http;

import io.keywheel.adapters.http.metrics.RequestMetrics;
import io.keywheel.domain.status.FinishedRequest;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers what it is to count.
final class Counted implements RequestMetrics {

    private final List<FinishedRequest> requests = new CopyOnWriteArrayList<>();

    /// The last quarter of an hour, as it is to be.
    volatile List<TrafficSlice> slices = List.of();

    @Override
    public void ended(FinishedRequest request) {
        requests.add(request);
    }

    @Override
    public void ended(RequestRecord request) {}

    @Override
    public String page() {
        return "requests_total " + requests.size() + "\n";
    }

    @Override
    public List<TrafficSlice> recent() {
        return slices;
    }

    /// The only one, once there is one.
    FinishedRequest only() {
        Await.until("a request", () -> !requests.isEmpty());
        if (requests.size() > 1) {
            throw new AssertionError(requests);
        }
        return requests.getFirst();
    }
}
