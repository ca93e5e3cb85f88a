package io.keywheel.adapters.http.status;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/// `GET /`, `/health` and its checks, `/api/keys`, and `/metrics` for Prometheus: the state of the gateway.
public final class StatusHandlers {

    private static final Header METRICS_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

    private static final Header OPEN_METRICS_TYPE = HeaderValues.createCached(
            HeaderNames.CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final CachedSnapshot<PoolStatus> keys;
    private final CachedSnapshot<PoolStatus> overview;
    private final GatewayStatusUseCase status;
    private final GatewayMetrics metrics;
    private final String version;
    private final ActiveChats activeChats;
    private final InstantSource clock;

    public StatusHandlers(
            GatewayStatusUseCase status,
            GatewayMetrics metrics,
            ActiveChats activeChats,
            String version,
            InstantSource clock) {
        this.keys = new CachedSnapshot<>(Duration.ZERO, status::status, System::nanoTime);
        this.overview = new CachedSnapshot<>(Duration.ZERO, status::overview, System::nanoTime);
        this.status = status;
        this.metrics = metrics;
        this.version = version;
        this.activeChats = activeChats;
        this.clock = clock;
    }

    public void start(ServerRequest request, ServerResponse response) {
        response.headers().add(HeaderValues.create(HeaderNames.VARY, "Accept"));
        // Browsers name `text/html`; programs send no `Accept`, `*/*` or JSON.
        if (AcceptHeader.prefers(request, "text/html")) {
            response.header(HeaderNames.LOCATION, ConsoleAsset.PAGE);
            response.status(Status.SEE_OTHER_303).send();
            return;
        }
        PoolStatus pool = overview.get();
        var body = JsonWriter.object().put("name", "Keywheel").put("version", version);
        var providers = body.putArray("providers");
        pool.providers().forEach(provider -> providers.add(provider.id().toString()));
        body.put("current_provider", pool.current().toString());
        HttpResponses.send(request, response, body);
    }

    public void health(ServerRequest request, ServerResponse response) {
        PoolStatus pool = overview.get();
        long able = pool.providers().stream().filter(ProviderStatus::canAnswer).count();
        String word = able == 0 ? "unhealthy" : able < pool.providers().size() ? "degraded" : "healthy";
        var body = JsonWriter.object().put("status", word);
        var providers = body.putArray("providers");
        for (ProviderStatus provider : pool.providers()) {
            providers
                    .addObject()
                    .put("id", provider.id().toString())
                    .put("can_answer", provider.canAnswer())
                    .put("keys", provider.keys().size())
                    .put("ready_keys", provider.usableKeys());
        }
        body.put("provider_count", pool.providers().size());
        status.isStoreConnected().ifPresent(is -> body.put("shared_state", is ? "connected" : "unavailable"));
        response.status(able == 0 ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200);
        HttpResponses.send(request, response, body);
    }

    public void live(ServerRequest request, ServerResponse response) {
        HttpResponses.send(request, response, JsonWriter.object().put("status", "live"));
    }

    public void ready(ServerRequest request, ServerResponse response) {
        activeChats.requireNotDraining();
        PoolStatus pool = overview.get();
        if (pool.providers().stream().noneMatch(ProviderStatus::canAnswer)) {
            throw RefusedException.unavailable(
                    "no provider has a key that is ready", Duration.between(clock.instant(), pool.readyAt()));
        }
        HttpResponses.send(request, response, JsonWriter.object().put("status", "ready"));
    }

    public void keys(ServerRequest request, ServerResponse response) {
        PoolStatus pool = keys.get();
        HttpResponses.stream(request, response, json -> KeysResponse.writeProviders(json.put("at", pool.at()), pool));
    }

    public void metrics(ServerRequest request, ServerResponse response) {
        activeChats.awaitRecords();
        double quality = AcceptHeader.quality(request, "application/openmetrics-text");
        boolean prefersOpen = quality > 0 && quality >= AcceptHeader.quality(request, "text/plain");
        String open = prefersOpen ? metrics.openMetricsPage() : null;
        response.header(open == null ? METRICS_TYPE : OPEN_METRICS_TYPE);
        String page = open == null ? metrics.page() : open;
        HttpResponses.send(request, response, page.getBytes(StandardCharsets.UTF_8));
    }
}
