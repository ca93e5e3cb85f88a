package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Client rules of the settings, at every API. [io.keywheel.adapters.http.ClientRulesTest] covers the
/// headers and refusals.
class ClientsTest {

    @AutoClose
    private final World world = new World(
            "KEYWHEEL_ACCESS_TOKENS=alice=canary-alice,bob=canary-bob",
            "KEYWHEEL_CLIENTS=alice: 1rpm 300tpm, models auto; bob: 1 at once");

    private int statusOf(String client, String path, String model, int most) {
        String fields = "\"model\": \"%s\", \"%s\": %d, ".formatted(model, limitOf(path), most);
        String input = path.equals("/v1/responses") ? "\"input\": \"Hello\", " : "";
        HttpResponse<String> response = world.send(
                world.request(path, World.hello(fields + input)), "Authorization", "Bearer canary-" + client);
        return response.statusCode();
    }

    private static String limitOf(String path) {
        return path.equals("/v1/responses") ? "max_output_tokens" : "max_tokens";
    }

    /// Rejected requests do not count towards the limits.
    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream", "/v1/chat/completions", "/v1/responses", "/v1/messages"})
    void each_api_enforces_client_rules(String path) {
        assertEquals(403, statusOf("alice", path, "openai/gpt-oss-20b", 50));
        assertEquals(413, statusOf("alice", path, "auto", 300));
        assertEquals(List.of(), world.chats(), "no key was touched");

        assertEquals(200, statusOf("alice", path, "auto", 50));
        assertEquals(429, statusOf("alice", path, "auto", 50));
        assertEquals(1, world.chats().size(), "no key was touched");
        assertEquals(200, statusOf("bob", path, "openai/gpt-oss-20b", 300));
    }

    @Test
    void default_rule_applies_to_websockets_and_requests_without_tokens() throws Exception {
        try (var open = new World("KEYWHEEL_CLIENTS=*: 1rpm");
                var socket = open.socket()) {
            assertEquals(200, open.chat(World.HELLO).statusCode());

            socket.ask("a", "Hello");

            JsonNode refused = socket.next();
            assertEquals("client_limited", refused.path("code").asText(), refused::toString);
            assertTrue(refused.path("retry_after").asInt() >= 50, refused::toString);
            assertEquals("a", refused.path("id").asText());
        }
    }
}
