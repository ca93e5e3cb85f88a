package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.console.Asset;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.health.Standing;
import java.time.Duration;

/// `GET /`, `/health` and its probes, `/api/keys`: how the gateway is.
final class StatusRoutes implements HttpService {

    private final Snapshot<PoolStatus> keys;
    private final Snapshot<PoolStatus> overview;
    private final HttpGateway.Product product;
    private final Running running;
    private final Errors errors;

    StatusRoutes(GatewayStatusUseCase status, HttpGateway.Product product, Running running, Errors errors) {
        this.keys = new Snapshot<>(Duration.ofSeconds(1), status::status);
        this.overview = new Snapshot<>(Duration.ZERO, status::overview);
        this.product = product;
        this.running = running;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors)
                .get("/", this::start)
                .get("/health", this::health)
                .get("/health/live", this::live)
                .get("/health/ready", this::ready)
                .get("/api/keys", this::keys);
    }

    private void start(ServerRequest request, ServerResponse response) {
        response.headers().add(HeaderValues.create(HeaderNames.VARY, "Accept"));
        if (Accepted.prefersPage(request.headers().first(HeaderNames.ACCEPT).orElse(""))) {
            response.header(HeaderNames.LOCATION, Asset.PAGE);
            response.status(Status.SEE_OTHER_303).send();
            return;
        }
        PoolStatus pool = overview.get();
        var said = Json.object().put("name", product.name()).put("version", product.version());
        pool.providers()
                .forEach(provider ->
                        said.withArray("/providers").add(provider.id().toString()));
        said.put("current_provider", pool.current().toString());
        Replies.send(request, response, Status.OK_200, said);
    }

    private void health(ServerRequest request, ServerResponse response) {
        PoolStatus pool = overview.get();
        long able = pool.providers().stream().filter(ProviderStatus::canAnswer).count();
        String word = able == 0 ? "unhealthy" : able < pool.providers().size() ? "degraded" : "healthy";
        var said = Json.object().put("status", word);
        said.set("providers", providers(pool));
        said.put("provider_count", pool.providers().size());
        Replies.send(request, response, able == 0 ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200, said);
    }

    private static ArrayNode providers(PoolStatus pool) {
        ArrayNode providers = Json.array();
        for (ProviderStatus provider : pool.providers()) {
            providers
                    .addObject()
                    .put("id", provider.id().toString())
                    .put("can_answer", provider.canAnswer())
                    .put("keys", provider.keys().size())
                    .put(
                            "ready_keys",
                            provider.keys().stream()
                                    .filter(key -> key.standing() instanceof Standing.Ready)
                                    .count());
        }
        return providers;
    }

    private void live(ServerRequest request, ServerResponse response) {
        Replies.send(request, response, Status.OK_200, Json.object().put("status", "live"));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        if (running.isDraining()) {
            throw new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down");
        }
        if (overview.get().providers().stream().noneMatch(ProviderStatus::canAnswer)) {
            throw new RefusedException(Fault.UNAVAILABLE, "no provider has a key that is ready");
        }
        Replies.send(request, response, Status.OK_200, Json.object().put("status", "ready"));
    }

    private void keys(ServerRequest request, ServerResponse response) {
        PoolStatus pool = keys.get();
        Replies.stream(request, response, json -> KeysPage.write(json, pool));
    }
}
