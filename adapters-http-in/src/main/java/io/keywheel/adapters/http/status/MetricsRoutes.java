package io.keywheel.adapters.http.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.metrics.RequestMetrics;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import java.nio.charset.StandardCharsets;

/// `GET /metrics`: what is counted, for Prometheus.
public record MetricsRoutes(RequestMetrics meter, ErrorSender errorSender) implements HttpService {

    public static final String PATH = "/metrics";

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errorSender).get(PATH, this::page);
    }

    private void page(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, TEXT);
        Responses.send(request, response, Status.OK_200, meter.page().getBytes(StandardCharsets.UTF_8));
    }
}
