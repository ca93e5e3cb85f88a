package io.keywheel.adapters.http.metrics;

import io.keywheel.domain.status.FinishedRequest;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;

/// Counts requests. Called on the threads of requests: it must neither block nor throw.
public interface RequestMetrics {

    /// A request has ended that has a line in the log.
    void ended(FinishedRequest request);

    /// The request was a chat of a client that was let in.
    void ended(RequestRecord request);

    /// All counts, in Prometheus' text format.
    String page();

    /// The last quarter of an hour, the oldest first, without slices in which nothing was counted.
    List<TrafficSlice> recent();
}
