package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Named clients with rules, over real sockets, at every API.
class ClientsTest {

    private static final String RULES = "alice: 2rpm 300tpm, models auto groq/*; bob: 1 at once; carol: models smart";

    private final World world = new World(Map.of(
            "KEYWHEEL_ACCESS_TOKENS", "alice=canary-alice,bob=canary-bob,carol=canary-carol",
            "KEYWHEEL_MODELS", "smart=groq/openai/gpt-oss-20b",
            "KEYWHEEL_CLIENTS", RULES));

    @AfterEach
    void close() {
        world.close();
    }

    private HttpResponse<String> post(String client, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(world.uri(path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer canary-" + client)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return world.client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String client, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(world.uri(path))
                .header("Authorization", "Bearer canary-" + client)
                .build();
        return world.client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String body(String path, String fields) {
        return path.equals("/v1/responses") ? "{" + fields + "\"input\": \"Hello\"}" : World.hello(fields);
    }

    /// Anthropic's errors have types.
    private static String code(String path, HttpResponse<String> response) {
        JsonNode json = World.json(response);
        JsonNode error = path.startsWith("/v1") ? json.path("error") : json;
        return error.path(path.equals("/v1/messages") ? "type" : "code").asText();
    }

    /// No API goes around the gate.
    @ParameterizedTest
    @CsvSource({
        "/api/chat, ''",
        "/api/chat/stream, ''",
        "/v1/chat/completions, ''",
        "/v1/chat/completions, '\"stream\": true, '",
        "/v1/responses, ''",
        "/v1/responses, '\"stream\": true, '",
        "/v1/messages, '\"max_tokens\": 50, \"model\": \"auto\", '",
        "/v1/messages, '\"max_tokens\": 50, \"model\": \"auto\", \"stream\": true, '",
    })
    void a_limit_is_told_and_kept_at_each_api(String path, String fields) throws Exception {
        HttpResponse<String> first = post("alice", path, body(path, fields));
        assertEquals(200, first.statusCode(), first::body);
        assertEquals("2", World.header(first, "X-RateLimit-Limit-Requests"));
        assertEquals("1", World.header(first, "X-RateLimit-Remaining-Requests"));
        assertTrue(seconds(first, "X-RateLimit-Reset-Requests") >= 50);
        assertEquals("300", World.header(first, "X-RateLimit-Limit-Tokens"));
        assertTrue(seconds(first, "X-RateLimit-Remaining-Tokens") < 300);
        assertEquals(200, post("alice", "/api/chat", World.HELLO).statusCode());
        int asked = world.chats().size();

        HttpResponse<String> refused = post("alice", path, body(path, fields));

        assertEquals(429, refused.statusCode());
        assertEquals(path.equals("/v1/messages") ? "rate_limit_error" : "client_limited", code(path, refused));
        assertTrue(refused.body().contains("The client alice has reached its limit of 2rpm"), refused.body());
        assertTrue(seconds(refused, "Retry-After") >= 50 && seconds(refused, "Retry-After") <= 61);
        assertEquals("0", World.header(refused, "X-RateLimit-Remaining-Requests"));
        assertEquals(asked, world.chats().size(), "no key was touched");
        assertEquals(200, post("bob", path, body(path, fields)).statusCode());
    }

    private static long seconds(HttpResponse<String> response, String header) {
        return Long.parseLong(World.header(response, header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream", "/v1/chat/completions", "/v1/responses", "/v1/messages"})
    void a_request_that_needs_more_than_the_limit_is_too_large_at_each_api(String path) throws Exception {
        String most = path.equals("/v1/responses") ? "max_output_tokens" : "max_tokens";

        HttpResponse<String> refused = post("alice", path, body(path, "\"model\": \"auto\", \"" + most + "\": 300, "));

        assertEquals(413, refused.statusCode());
        assertEquals("request_too_large", code(path, refused));
        assertTrue(refused.body().contains("300tpm"), refused.body());
        assertEquals(List.of(), world.chats());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream", "/v1/chat/completions", "/v1/responses", "/v1/messages"})
    void a_model_that_the_rule_does_not_name_is_refused_at_each_api(String path) throws Exception {
        String most = path.equals("/v1/messages") ? "\"max_tokens\": 50, " : "";
        HttpResponse<String> refused = post("alice", path, body(path, most + "\"model\": \"smart\", "));

        assertEquals(403, refused.statusCode());
        assertEquals(path.equals("/v1/messages") ? "permission_error" : "model_not_allowed", code(path, refused));
        assertEquals(
                200,
                post("carol", path, body(path, most + "\"model\": \"smart\", ")).statusCode());
        assertEquals(
                403,
                post("carol", path, body(path, most + "\"model\": \"auto\", ")).statusCode());
        for (String allowed : List.of("openai/gpt-oss-20b", "groq/openai/gpt-oss-20b")) {
            assertEquals(
                    200,
                    post("alice", path, body(path, most + "\"model\": \"" + allowed + "\", "))
                            .statusCode());
        }
    }

    @Test
    void a_websocket_and_requests_without_tokens_have_the_rule_of_all_others() throws Exception {
        try (var open = new World(Map.of("KEYWHEEL_CLIENTS", "*: 1rpm"));
                var socket =
                        ChatSocket.open(open.client, open.gateway.address()).opened()) {
            assertEquals(200, open.chat(World.HELLO).statusCode());

            socket.ask("a", "Hello");

            JsonNode refused = socket.next();
            assertEquals("client_limited", refused.path("code").asText(), refused::toString);
            assertTrue(refused.path("retry_after").asInt() >= 50, refused::toString);
            assertEquals("a", refused.path("id").asText());
        }
    }

    @Test
    void models_that_may_not_be_named_are_not_listed() throws Exception {
        assertEquals(List.of("smart"), listed("carol"));
        List<String> alices = listed("alice");
        assertTrue(alices.contains("auto") && alices.contains("openai/gpt-oss-20b"), alices::toString);
        assertTrue(alices.stream().noneMatch(id -> id.equals("smart") || id.equals("gpt-oss-120b")), alices::toString);
        assertTrue(listed("bob").containsAll(List.of("auto", "smart", "gpt-oss-120b")));
        HttpResponse<String> refused = get("carol", "/v1/models/auto");
        assertEquals(403, refused.statusCode());
        assertEquals(
                "model_not_allowed",
                World.json(refused).path("error").path("code").asText());
        assertEquals(404, get("alice", "/v1/models/groq/none").statusCode());
        assertEquals(200, get("carol", "/v1/models/smart").statusCode());
    }

    private List<String> listed(String client) throws Exception {
        JsonNode data = World.json(get(client, "/v1/models")).path("data");
        return StreamSupport.stream(data.spliterator(), false)
                .map(model -> model.path("id").asText())
                .toList();
    }

    @Test
    void what_the_gateway_refuses_does_not_count() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertEquals(400, post("alice", "/api/chat", "{}").statusCode());
            assertEquals(
                    404,
                    post("alice", "/api/chat", World.hello("\"model\": \"groq/\", "))
                            .statusCode());
            assertEquals(
                    403,
                    post("alice", "/v1/chat/completions", World.hello("\"model\": \"smart\", "))
                            .statusCode());
        }

        assertEquals(200, post("alice", "/api/chat", World.HELLO).statusCode());
        assertEquals(200, post("alice", "/api/chat", World.HELLO).statusCode());
        assertEquals(429, post("alice", "/api/chat", World.HELLO).statusCode());
    }
}
