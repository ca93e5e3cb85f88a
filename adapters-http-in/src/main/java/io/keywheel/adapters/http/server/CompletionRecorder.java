package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.metrics.RequestMetrics;

/// What is done about each request that has ended.
public record CompletionRecorder(RequestMetrics metrics) {

    public void of(RequestContext requestContext) {
        RequestLog.write(requestContext);
        metrics.ended(requestContext.ended());
    }
}
