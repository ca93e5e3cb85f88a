package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.HttpGateway;

/// What is done about each request that has ended.
public record CompletionRecorder(HttpGateway.Meter meter) {

    public void of(RequestContext requestContext) {
        RequestLog.write(requestContext);
        meter.ended(requestContext.ended());
    }
}
