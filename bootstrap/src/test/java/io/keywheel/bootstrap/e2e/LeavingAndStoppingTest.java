package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that leave, and a gateway that is told to stop.
@Timeout(60)
class LeavingAndStoppingTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    /// Some milliseconds on a quiet machine.
    private static final Duration SOON = Duration.ofSeconds(10);

    private final World world =
            new World(Map.of(), Scenario.withSeed(7).tempo(Duration.ofMillis(20), Duration.ofMillis(30)));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_client_that_leaves_midstream_ends_the_upstream_call() throws Exception {
        Socket client = ask("/api/chat/stream");
        readUntil(client.getInputStream(), "\"content\":\"");

        client.close();

        Waiting.within(SOON, () -> world.chats().getFirst().cutOffByClient());
        assertNoKeyIsBlamed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void a_client_that_leaves_before_anything_was_written_ends_the_upstream_call(String path) throws Exception {
        world.simulator.on(Provider.GROQ).always(Fault.named("hang:before-head"));
        Socket client = ask(path);
        Waiting.until(() -> !world.chats().isEmpty());

        client.close();

        Waiting.within(SOON, () -> world.chats().getFirst().cutOffByClient());
        assertEquals(1, world.chats().size(), "no further attempt is started");
        assertNoKeyIsBlamed();
    }

    @Test
    void running_streams_finish_while_the_gateway_stops() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> streams = IntStream.range(0, 8)
                .mapToObj(
                        _ -> world.client.sendAsync(world.request("/api/chat/stream", HELLO), BodyHandlers.ofString()))
                .toList();
        Waiting.until(() -> world.chats().size() == 8);

        world.gateway.close();

        for (CompletableFuture<HttpResponse<String>> stream : streams) {
            JsonNode last = World.events(stream.get().body()).getLast();
            assertTrue(last.path("done").asBoolean(), last::toString);
            assertEquals("stop", last.path("finish_reason").asText());
        }
    }

    private void assertNoKeyIsBlamed() {
        JsonNode keys = json(world.get("/api/keys")).path("providers").path(0).path("keys");
        keys.forEach(key -> assertEquals("ready", key.path("state").asText(), key::toString));
    }

    private Socket ask(String path) throws IOException {
        var socket = new Socket(
                InetAddress.getLoopbackAddress(), world.gateway.address().getPort());
        String request = """
                POST %s HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Content-Length: %d

                %s""".formatted(path, HELLO.length(), HELLO).replace("\n", "\r\n");
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void readUntil(InputStream in, String text) throws IOException {
        var seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("ended after: " + seen);
            }
            seen.append((char) next);
        }
    }
}
