package io.keywheel.adapters.http.metrics;

import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import org.jspecify.annotations.Nullable;

/// The trace of one request. Called on the threads of requests: it must neither block nor throw.
public interface RequestTrace {

    /// The request's position in its trace.
    TraceContext context();

    /// Called when the request has ended, for a stream after its last byte.
    ///
    /// @param client the client's name, which is no secret; null if it is unknown
    void ended(@Nullable String client, RequestRecord request);
}
