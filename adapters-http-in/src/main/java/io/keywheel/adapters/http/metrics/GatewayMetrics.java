package io.keywheel.adapters.http.metrics;

import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.RequestTrace;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts and traces requests, and returns the counts. Called on the threads of requests: it must neither block nor
/// throw.
public interface GatewayMetrics {

    /// Called when a chat request, a WebSocket, or a chat on a WebSocket begins.
    ///
    /// @param headers looks up a header by its lower-case name, with commas between several values; null if absent
    /// @return the trace of the request; null if it is not traced
    @Nullable
    RequestTrace begun(String id, String method, String path, Function<String, @Nullable String> headers);

    /// Called when a request that is logged has ended, for a stream after its last byte. Ends its trace, too.
    ///
    /// @param trace null if the request is not traced
    void ended(RequestRecord request, @Nullable RequestTrace trace);

    /// All counts, in Prometheus' text format.
    String page();

    /// All counts, in OpenMetrics' text format 1.0.0; null if that is not supported.
    @Nullable
    String openMetricsPage();

    /// The slices of the last quarter of an hour, the oldest first, without empty ones.
    List<TrafficSlice> recent();
}
