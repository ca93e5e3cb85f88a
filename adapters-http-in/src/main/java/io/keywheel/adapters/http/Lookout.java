package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.domain.health.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks at the gateway for all who watch it, so that ten of them cost no more than one, and nobody costs
/// nothing.
final class Lookout {

    static final Duration PERIOD = Duration.ofMillis(250);

    /// Looking at very many keys and models takes its time; no more than a tenth of a processor goes into it.
    private static final int REST = 9;

    private final GatewayStatusUseCase status;
    private final HttpGateway.Meter meter;
    private final Running running;
    private @Nullable Sight last;
    private long next;

    Lookout(GatewayStatusUseCase status, HttpGateway.Meter meter, Running running) {
        this.status = status;
        this.meter = meter;
        this.running = running;
    }

    /// What is seen at one moment. Nobody may change it.
    record Sight(Instant at, ObjectNode said) {

        byte[] bytes() {
            return Json.bytes(Json.object().put("at", Json.moment(at)).setAll(said));
        }
    }

    synchronized Sight look() {
        long began = System.nanoTime();
        if (last != null && began - next < 0) {
            return last;
        }
        var now = now();
        long took = System.nanoTime() - began;
        next = began + Math.max(PERIOD.toNanos(), took * REST);
        last = now;
        return now;
    }

    private Sight now() {
        PoolStatus pool = status.status();
        ObjectNode said = Json.object();
        said.set("providers", KeysPage.providers(pool));
        said.put("current_provider", pool.current().toString())
                .put("under_way", running.count())
                .put("waiting", status.waiting());
        ArrayNode recent = said.putArray("recent");
        meter.recent().forEach(slice -> recent.add(of(slice)));
        return new Sight(pool.at(), said);
    }

    private static ObjectNode of(HttpGateway.Slice slice) {
        ObjectNode said = Json.object()
                .put("from", Json.moment(slice.from()))
                .put("seconds", slice.length().toSeconds());
        said.putObject("requests")
                .put("ok", slice.ok())
                .put("failed", slice.failed())
                .put("left", slice.left());
        ObjectNode failures = said.put("attempts", slice.attempts()).putObject("failures");
        slice.failures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> failures.put(entry.getKey(), entry.getValue()));
        return said;
    }
}
