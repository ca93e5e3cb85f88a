package io.keywheel.adapters.http.metrics;

import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.status.TrafficSlice;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts requests, follows them, and shows all counts. Called on the threads of requests: it must neither block nor
/// throw.
public interface GatewayMetrics {

    /// A request for a chat begins, or one for a WebSocket, or a chat on a WebSocket.
    ///
    /// @param headers finds a header by its name in lower case, with a comma between several; null for none
    /// @return what follows it; null for nothing
    @Nullable
    RequestTrace begun(String id, String method, String path, Function<String, @Nullable String> headers);

    /// A request has ended that has a line in the log.
    ///
    /// @param trace where it was in a trace; null where it was in none
    void ended(RequestRecord request, @Nullable TraceContext trace);

    /// All counts, in Prometheus' text format.
    String page();

    /// All counts, in OpenMetrics' text format 1.0.0; null where that is not offered.
    @Nullable
    String openMetricsPage();

    /// The last quarter of an hour, the oldest first, without slices in which nothing was counted.
    List<TrafficSlice> recent();
}
