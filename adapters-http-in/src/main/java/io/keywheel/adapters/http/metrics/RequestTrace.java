package io.keywheel.adapters.http.metrics;

import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import org.jspecify.annotations.Nullable;

/// Follows one request. Called on the threads of requests: it must neither block nor throw.
public interface RequestTrace {

    /// Where the request is in its trace.
    TraceContext context();

    /// The request has ended, which for a stream is its last byte.
    ///
    /// @param client a name of who asked, which is no secret; null for unknown
    void ended(@Nullable String client, RequestRecord request);
}
