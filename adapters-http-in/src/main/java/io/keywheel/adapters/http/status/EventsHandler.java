package io.keywheel.adapters.http.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.TrafficSlice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// `GET /api/events`: the status of the gateway, sent at each change. It is written once for all subscribers.
public final class EventsHandler {

    public static final int MOST_SUBSCRIBERS = 16;

    public static final Duration PERIOD = Duration.ofMillis(250);

    private final GatewayStatusUseCase status;
    private final GatewayMetrics metrics;
    private final ActiveChats activeChats;
    private final AccessTokenCheck accessTokenCheck;
    private final Duration pingInterval;
    private final Semaphore subscriptions = new Semaphore(MOST_SUBSCRIBERS);
    private final CachedSnapshot<Snapshot> snapshots = new CachedSnapshot<>(PERIOD, this::now, System::nanoTime);

    /// @param pingInterval how long a stream may be silent before a comment
    public EventsHandler(
            GatewayStatusUseCase status,
            GatewayMetrics metrics,
            ActiveChats activeChats,
            AccessTokenCheck accessTokenCheck,
            Duration pingInterval) {
        this.status = status;
        this.metrics = metrics;
        this.activeChats = activeChats;
        this.accessTokenCheck = accessTokenCheck;
        this.pingInterval = pingInterval;
    }

    /// One snapshot as the data of an event, in two pieces: its time and the rest. The arrays must stay unchanged.
    record Snapshot(byte[] timestamp, byte[] state) {}

    public void events(ServerRequest request, ServerResponse response) {
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_TYPE, SseStream.TYPE);
            HttpResponses.send(request, response, new byte[0]);
            return;
        }
        activeChats.requireNotDraining();
        if (!subscriptions.tryAcquire()) {
            throw new RefusedException(
                    HttpError.UNAVAILABLE, "the gateway sends events to at most " + MOST_SUBSCRIBERS + " subscribers");
        }
        try {
            var events = new SseStream(response);
            List<String> tokens = AccessTokenCheck.tokensIn(request.headers());
            ClientConnection.current().whileConnected(() -> watch(events, tokens));
            events.close();
        } finally {
            subscriptions.release();
        }
    }

    /// Each subscriber has its own threads, so that a slow one delays no other. The write timeout disconnects it.
    /// Events are not queued, because each is complete. The stream ends when its token is no longer valid.
    private @Nullable Void watch(SseStream events, List<String> tokens) {
        events.pingAfter(pingInterval, SseStream.KEEP_ALIVE);
        Snapshot shown = null;
        try {
            do {
                Snapshot now = snapshots.get();
                try {
                    if (shown == null || !Arrays.equals(now.state(), shown.state())) {
                        events.add(now.timestamp(), now.state());
                        shown = now;
                    }
                    events.flush();
                } catch (RefusedException e) {
                    // The next snapshot is as complete as this one.
                    if (shown == null) {
                        throw e;
                    }
                }
            } while (!activeChats.awaitDrain(PERIOD) && accessTokenCheck.accepts(tokens));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerConnectionException("the client disconnected", e);
        } finally {
            events.stopPings();
        }
        return null;
    }

    private Snapshot now() {
        PoolStatus pool = status.status();
        String timestamp = "{\"at\":\"" + JsonWriter.timestamp(pool.at()) + "\",";
        byte[] state = JsonWriter.written(json -> {
            KeysResponse.writeProviders(json, pool);
            json.put("current_provider", pool.current().toString())
                    .put("under_way", activeChats.count())
                    .put("waiting", status.waiting())
                    .putObjects("recent", metrics.recent(), EventsHandler::write);
        });
        // Without its first brace.
        return new Snapshot(timestamp.getBytes(StandardCharsets.US_ASCII), Arrays.copyOfRange(state, 1, state.length));
    }

    private static void write(JsonWriter json, TrafficSlice slice) throws IOException {
        json.put("from", slice.from())
                .put("seconds", slice.length().toSeconds())
                .putObject(
                        "requests",
                        of -> of.put("ok", slice.ok())
                                .put("failed", slice.failed())
                                .put("left", slice.cancelled()))
                .put("attempts", slice.attempts())
                .putObject("failures", of -> {
                    for (var failure : new TreeMap<>(slice.failures()).entrySet()) {
                        of.put(failure.getKey(), failure.getValue());
                    }
                });
    }
}
