package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Received;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A gateway that is asked more at once than it may answer.
@Timeout(60)
class OverloadTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final String OPENAI_HELLO =
            "{\"model\": \"auto\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final String OPENAI_STREAM =
            "{\"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    private final World world = new World(Map.of("KEYWHEEL_MAX_REQUESTS", "1"));

    /// The one request that there may be.
    private CompletableFuture<?> holder = new CompletableFuture<>();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void one_too_many_is_refused_at_once_at_the_native_door(String path) {
        full();

        HttpResponse<String> refused = world.post(path, HELLO);

        assertEquals(503, refused.statusCode());
        assertEquals("unavailable", json(refused).path("code").asText());
        assertEquals("1", header(refused, "Retry-After"));
        assertNobodyElseWasAsked();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI_HELLO, OPENAI_STREAM})
    void one_too_many_is_refused_at_once_at_openais_door(String body) {
        full();

        HttpResponse<String> refused = world.post("/v1/chat/completions", body);

        assertEquals(503, refused.statusCode());
        JsonNode error = json(refused).path("error");
        assertEquals("server_error", error.path("type").asText());
        assertEquals("unavailable", error.path("code").asText());
        assertEquals("1", header(refused, "Retry-After"));
        assertNobodyElseWasAsked();
    }

    @Test
    void one_too_many_on_a_socket_is_an_error_and_the_socket_stays_open() throws Exception {
        full();
        try (var socket = ChatSocket.open(world.client, world.gateway.address()).opened()) {
            socket.ask("a", "Hello");

            JsonNode error = socket.next();

            assertEquals("error", error.path("type").asText());
            assertEquals("a", error.path("id").asText());
            assertEquals("unavailable", error.path("code").asText());
            assertEquals(1, error.path("retry_after").asInt());
            assertNobodyElseWasAsked();
            world.simulator.clearFaults();
            holder.cancel(true);
            Waiting.until(() -> !unavailable(world.chat(HELLO)));
            socket.ask("a", "Hello");
            assertEquals("done", socket.last().path("type").asText());
        }
    }

    @Test
    void whoever_has_seen_the_end_of_an_answer_may_ask_again_at_once() throws Exception {
        try (var socket = ChatSocket.open(world.client, world.gateway.address()).opened()) {
            for (int i = 0; i < 200; i++) {
                socket.ask("a", "Hello");
                assertEquals("done", socket.last().path("type").asText());
                assertEquals(200, world.chat(HELLO).statusCode());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/live", "/health/ready", "/api/keys", "/v1/models"})
    void how_it_is_can_be_asked_all_the_same(String path) {
        full();

        assertEquals(200, world.get(path).statusCode());
        assertTrue(unavailable(world.chat(HELLO)));
    }

    private void full() {
        world.simulator.on(GROQ).always(Fault.named("hang:before-head"));
        world.simulator.on(CEREBRAS).always(Fault.named("hang:before-head"));
        holder = world.client.sendAsync(world.request("/api/chat", HELLO), BodyHandlers.ofString());
        Waiting.until(() -> world.chats().size() == 1);
    }

    private void assertNobodyElseWasAsked() {
        assertEquals(1, world.chats().size());
        Received held = world.chats().getFirst();
        assertEquals(0, held.outcome().status(), "the first one still waits");
    }

    private static boolean unavailable(HttpResponse<String> response) {
        return json(response).path("code").asText().equals("unavailable");
    }
}
