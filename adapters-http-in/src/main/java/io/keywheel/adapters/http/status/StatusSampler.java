package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.metrics.RequestMetrics;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.TrafficSlice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/// Looks at the gateway for all who watch it, and writes it once for all of them.
public final class StatusSampler {

    public static final Duration PERIOD = Duration.ofMillis(250);

    private final GatewayStatusUseCase status;
    private final RequestMetrics metrics;
    private final ActiveChats activeChats;
    private final CachedSnapshot<Snapshot> snapshots = new CachedSnapshot<>(PERIOD, this::now);

    public StatusSampler(GatewayStatusUseCase status, RequestMetrics metrics, ActiveChats activeChats) {
        this.status = status;
        this.metrics = metrics;
        this.activeChats = activeChats;
    }

    /// One snapshot, as the data of an event in two pieces: its moment, and all else. They must not be changed.
    @SuppressWarnings("ArrayRecordComponent") // compared by content
    record Snapshot(byte[] moment, byte[] said) {

        /// Whether it is the same but for the moment.
        boolean isLike(Snapshot other) {
            return Arrays.equals(said, other.said);
        }
    }

    Snapshot latest() {
        return snapshots.get();
    }

    private Snapshot now() {
        PoolStatus pool = status.status();
        String moment = "{\"at\":\"" + JsonWriter.moment(pool.at()) + "\",";
        byte[] said = JsonWriter.written(json -> {
            KeysResponse.writeProviders(json, pool);
            json.writeStringField("current_provider", pool.current().toString());
            json.writeNumberField("under_way", activeChats.count());
            json.writeNumberField("waiting", status.waiting());
            JsonWriter.writeObjects(json, "recent", metrics.recent(), StatusSampler::write);
        });
        // Without its first brace.
        return new Snapshot(moment.getBytes(StandardCharsets.US_ASCII), Arrays.copyOfRange(said, 1, said.length));
    }

    private static void write(JsonGenerator json, TrafficSlice slice) throws IOException {
        json.writeStringField("from", JsonWriter.moment(slice.from()));
        json.writeNumberField("seconds", slice.length().toSeconds());
        json.writeObjectFieldStart("requests");
        json.writeNumberField("ok", slice.ok());
        json.writeNumberField("failed", slice.failed());
        json.writeNumberField("left", slice.left());
        json.writeEndObject();
        json.writeNumberField("attempts", slice.attempts());
        json.writeObjectFieldStart("failures");
        for (Map.Entry<String, Long> failures : slice.failures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            json.writeNumberField(failures.getKey(), failures.getValue());
        }
        json.writeEndObject();
    }
}
