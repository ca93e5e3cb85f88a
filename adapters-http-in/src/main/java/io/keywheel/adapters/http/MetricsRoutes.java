package io.keywheel.adapters.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/// `GET /metrics`: what is counted, for Prometheus.
final class MetricsRoutes implements HttpService {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpGateway.Meter meter;
    private final Errors errors;

    MetricsRoutes(HttpGateway.Meter meter, Errors errors) {
        this.meter = meter;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors).get("/metrics", this::page);
    }

    private void page(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, TEXT);
        Replies.send(request, response, Status.OK_200, meter.page().getBytes(StandardCharsets.UTF_8));
    }
}
