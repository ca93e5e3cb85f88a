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

/// A gateway that may answer one chat at a time: the second is refused, and each end of the first frees its place.
@Timeout(120)
class OverloadTest {

    @AutoClose
    private final World world = new World("KEYWHEEL_MAX_REQUESTS=1", "KEYWHEEL_FIRST_TOKEN_TIMEOUT=1m");

    /// The one request that there may be.
    private CompletableFuture<?> holder = new CompletableFuture<>();

    @Test
    void one_too_many_is_refused_at_once_in_the_form_of_its_api() {
        full("hang:before-head");

        HttpResponse<String> refused = world.post("/v1/chat/completions", HELLO);

        assertEquals(503, refused.statusCode());
        assertEquals("unavailable", json(refused).at("/error/code").asText());
        assertEquals("1", header(refused, "Retry-After"));
        assertEquals(1, world.chats().size());
        assertEquals(0, world.chats().getFirst().outcome().status(), "the first one still waits");
    }

    @Test
    void one_too_many_on_a_socket_is_an_error_and_the_socket_stays_open() throws Exception {
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
    void client_that_has_seen_the_end_of_an_answer_may_ask_again_at_once() throws Exception {
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
    void chat_whose_client_disconnects_or_that_fails_frees_its_place(String fault, String path, boolean disconnects) {
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
