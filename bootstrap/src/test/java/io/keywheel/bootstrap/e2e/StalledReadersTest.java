package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawClient.Way;
import io.keywheel.client.RawSocket;
import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import io.keywheel.openapi.RecordedExchange;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients request a long stream and do not read it.
class StalledReadersTest {

    private static final String OPENAI = "/v1/chat/completions";
    private static final String WEBSOCKET = "/api/chat/ws";
    private static final String ENDLESS = "{\"messages\": [{\"role\": \"user\", \"content\": \"Go on\"}]}";
    private static final String LONG = ENDLESS.replace("Go on", "A lot");
    private static final String SHORT = ENDLESS.replace("Go on", "A bit");

    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    /// Three bytes per character: answer limits count characters, and socket buffers count bytes.
    private static final String WORD = "語".repeat(10_000);

    private static final byte[] EVENT = event("{\"content\": \"" + WORD + "\"}", "null");
    private static final byte[] END = event("{}", "\"stop\"");

    /// More events than the socket buffers of two connections can hold.
    private static final int MANY = 800;

    private static final long A_LOT = 30_000_000;

    private final AtomicLong written = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();

    @AutoClose
    private final WireServer upstream = WireServer.start(this::answer);

    @AutoClose
    private final World world = World.over(upstream);

    private static byte[] event(String delta, String reason) {
        return ("data: {\"choices\": [{\"index\": 0, \"finish_reason\": " + reason + ", \"delta\": " + delta
                        + "}]}\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void answer(WireExchange exchange) throws IOException {
        if (exchange.head().startsWith("GET")) {
            exchange.json(200, "[]");
            return;
        }
        String asked = exchange.body();
        int events = asked.contains("Go on") ? Integer.MAX_VALUE : asked.contains("A lot") ? MANY : 1;
        OutputStream out = exchange.socket().getOutputStream();
        running.incrementAndGet();
        try (out) {
            out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < events; i++) {
                out.write(EVENT);
                written.addAndGet(EVENT.length);
            }
            out.write(END);
        } finally {
            running.decrementAndGet();
        }
    }

    private RawClient stalled(String path) {
        return stalled(world, path);
    }

    private static RawClient stalled(World world, String path) {
        RawClient client = world.slowClient();
        if (path.equals(WEBSOCKET)) {
            new RawSocket(client).sendText(ENDLESS);
        } else {
            client.send(RawClient.post(path, ENDLESS.replace("{\"m", "{\"stream\": true, \"model\": \"auto\", \"m")));
        }
        return client;
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @CsvSource({
        "CLOSE, /v1/chat/completions",
        "HALF_CLOSE, /v1/chat/completions",
        "RESET, /api/chat/ws",
    })
    void stalled_reader_slows_its_provider_down_until_it_disconnects(Way way, String path) throws IOException {
        try (var client = stalled(path)) {
            Waiting.until(() -> written.get() > 0);

            long taken = Waiting.untilSteady(written::get);

            assertTrue(taken < A_LOT, () -> taken + " bytes were taken and not read");
            assertEquals(1, running.get(), "it was cut off");

            client.leave(way);

            Waiting.until(() -> running.get() == 0);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void stalled_readers_delay_no_other_client() throws IOException {
        try (var _ = stalled(OPENAI);
                var _ = stalled(OPENAI);
                var _ = stalled(WEBSOCKET);
                var _ = stalled(WEBSOCKET)) {
            Waiting.until(() -> running.get() == 4);
            Waiting.untilSteady(written::get);

            for (int i = 0; i < 10; i++) {
                List<JsonNode> events =
                        World.events(world.post("/api/chat/stream", SHORT).body());
                assertEquals(WORD, events.getFirst().path("content").asText());
                assertTrue(events.getLast().path("done").asBoolean());
            }
        }
    }

    @Test
    @Execution(CONCURRENT)
    void stop_saves_the_usage_of_stalled_readers(@TempDir Path data) throws IOException {
        World before = World.over(upstream, "KEYWHEEL_DATA=" + data, "KEYWHEEL_DRAIN_TIMEOUT=0s");
        try (var _ = stalled(before, OPENAI);
                var _ = stalled(before, WEBSOCKET);
                before) {
            Waiting.until(() -> running.get() == 2);
            Waiting.untilSteady(written::get);
        }

        try (var after = World.over(upstream, "KEYWHEEL_DATA=" + data)) {
            JsonNode rows = World.json(after.get("/api/usage?by=client")).path("rows");
            assertEquals(2, rows.path(0).path("requests").asInt(), rows::toString);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void stalled_reader_receives_the_whole_stream_after_resuming() throws Exception {
        HttpResponse<InputStream> response =
                world.client.send(world.request("/api/chat/stream", LONG), BodyHandlers.ofInputStream());
        Waiting.untilSteady(written::get);
        assertEquals(1, running.get());

        String body;
        try (InputStream rest = response.body()) {
            body = new String(rest.readAllBytes(), StandardCharsets.UTF_8);
        }

        World.DESCRIPTION.check(RecordedExchange.of(response, body));
        List<JsonNode> events = World.events(body);
        assertEquals(MANY + 1, events.size());
        assertTrue(events.stream()
                .limit(MANY)
                .allMatch(event -> event.path("content").asText().equals(WORD)));
        assertEquals("stop", events.getLast().path("finish_reason").asText());
    }
}
