package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A gateway with one request slot: a second chat gets 503, and the end of the first frees the slot.
@Timeout(120)
class OverloadTest {

    @AutoClose
    private final World world = new World("KEYWHEEL_MAX_REQUESTS=1", "KEYWHEEL_FIRST_TOKEN_TIMEOUT=1m");

    /// The request that holds the only slot.
    private CompletableFuture<?> holder = new CompletableFuture<>();

    @Test
    void request_over_the_limit_gets_503_in_openai_format() {
        full("hang:before-head");

        HttpResponse<String> refused = world.post("/v1/chat/completions", HELLO);

        assertEquals(503, refused.statusCode());
        assertEquals("unavailable", json(refused).at("/error/code").asText());
        assertEquals("1", header(refused, "Retry-After"));
        assertEquals(1, world.chats().size());
        assertEquals(0, world.chats().getFirst().outcome().status(), "the first one still waits");
    }

    @Test
    void chat_over_the_limit_on_a_websocket_gets_an_error_and_keeps_the_socket() throws Exception {
        full("hang:before-head");
        try (var socket = world.socket()) {
            socket.ask("a", "Hello");

            JsonNode error = socket.next();

            assertEquals("error", error.path("type").asText());
            assertEquals("a", error.path("id").asText());
            assertEquals("unavailable", error.path("code").asText());
            assertEquals(1, error.path("retry_after").asInt());
            assertEquals(1, world.chats().size());
            holder.cancel(true);
            becomesFree();
            socket.ask("a", "Hello");
            assertEquals("done", socket.last().path("type").asText());
        }
    }

    @Test
    void slot_is_free_once_the_client_has_received_the_end() throws Exception {
        try (var socket = world.socket()) {
            for (int i = 0; i < 50; i++) {
                socket.ask("a", "Hello");
                assertEquals("done", socket.last().path("type").asText());
                assertEquals(200, world.chat(HELLO).statusCode());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hang:before-head, /api/chat, true",
        "hang:after-tokens:3, /api/chat/stream, true",
        "status:500, /api/chat, false",
        "cut:after-tokens:3, /api/chat/stream, false",
    })
    void disconnected_or_failed_chat_frees_its_slot(String fault, String path, boolean disconnects) {
        world.fails(fault);
        holder = world.sendAsync(world.request(path, HELLO));
        Waiting.until(() -> disconnects ? world.chats().size() == 1 : holder.isDone());

        if (disconnects) {
            holder.cancel(true);
        } else {
            holder.join();
        }

        becomesFree();
    }

    private void full(String fault) {
        world.fails(fault);
        holder = world.sendAsync(world.request("/api/chat", HELLO));
        Waiting.until(() -> world.chats().size() == 1);
    }

    private void becomesFree() {
        world.simulator.clearFaults();
        Waiting.until(() -> !World.code(world.chat(HELLO)).equals("unavailable"));
    }
}
