package io.keywheel.adapters.http.metrics;

import io.keywheel.domain.status.FinishedRequest;
import io.keywheel.domain.status.TraceContext;
import org.jspecify.annotations.Nullable;

/// Follows one request. Called on the threads of requests: it must neither block nor throw.
public interface RequestTrace {

    /// Where the request is in its trace.
    TraceContext context();

    /// The request has ended, which for a stream is its last byte.
    ///
    /// @param status of the answer; 499 where the client left
    /// @param client a name of who asked, which is no secret; null for unknown
    void ended(int status, @Nullable String client, FinishedRequest request);
}
