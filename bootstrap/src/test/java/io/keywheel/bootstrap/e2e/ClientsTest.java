package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Client rules at every API, over real sockets.
class ClientsTest {

    private static final String RULES = "alice: 2rpm 300tpm, models auto groq/*; bob: 1 at once; carol: models smart";

    @AutoClose
    private final World world = new World(
            "KEYWHEEL_ACCESS_TOKENS=alice=canary-alice,bob=canary-bob,carol=canary-carol",
            "KEYWHEEL_MODELS=smart=groq/openai/gpt-oss-20b",
            "KEYWHEEL_CLIENTS=" + RULES);

    private HttpResponse<String> post(String client, String path, String body) {
        return world.send(world.request(path, body), "Authorization", "Bearer canary-" + client);
    }

    private HttpResponse<String> get(String client, String path) {
        return world.send(world.request(path), "Authorization", "Bearer canary-" + client);
    }

    private static String body(String path, String model, int most, boolean stream) {
        boolean responses = path.equals("/v1/responses");
        return "{\"model\": \"%s\", \"%s\": %d, %s%s}"
                .formatted(
                        model,
                        responses ? "max_output_tokens" : "max_tokens",
                        most,
                        stream ? "\"stream\": true, " : "",
                        responses
                                ? "\"input\": \"Hello\""
                                : "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]");
    }

    /// The Messages API reports an error type instead of a code.
    private static String code(String path, HttpResponse<String> response) {
        JsonNode json = World.json(response);
        JsonNode error = path.startsWith("/v1") ? json.path("error") : json;
        return error.path(path.equals("/v1/messages") ? "type" : "code").asText();
    }

    /// Rejected requests do not count towards the limits.
    @ParameterizedTest
    @CsvSource({
        "/api/chat, false",
        "/api/chat/stream, false",
        "/v1/chat/completions, false",
        "/v1/chat/completions, true",
        "/v1/responses, false",
        "/v1/responses, true",
        "/v1/messages, false",
        "/v1/messages, true",
    })
    void each_api_enforces_client_rules_and_reports_them_in_headers(String path, boolean stream) {
        boolean anthropic = path.equals("/v1/messages");
        String chat = body(path, "auto", 50, stream);

        HttpResponse<String> unnamed = post("alice", path, body(path, "smart", 50, stream));
        assertEquals(403, unnamed.statusCode());
        assertEquals(anthropic ? "permission_error" : "model_not_allowed", code(path, unnamed));
        HttpResponse<String> tooLarge = post("alice", path, body(path, "auto", 300, stream));
        assertEquals(413, tooLarge.statusCode());
        assertEquals("request_too_large", code(path, tooLarge));
        assertTrue(tooLarge.body().contains("300tpm"), tooLarge.body());
        assertEquals("300", World.header(tooLarge, "X-RateLimit-Remaining-Tokens"));
        assertEquals(List.of(), world.chats(), "no key was touched");

        HttpResponse<String> first = post("alice", path, chat);
        assertEquals(200, first.statusCode(), first::body);
        assertEquals("2", World.header(first, "X-RateLimit-Limit-Requests"));
        assertEquals("1", World.header(first, "X-RateLimit-Remaining-Requests"));
        assertTrue(seconds(first, "X-RateLimit-Reset-Requests") >= 50);
        assertEquals("300", World.header(first, "X-RateLimit-Limit-Tokens"));
        assertTrue(seconds(first, "X-RateLimit-Remaining-Tokens") < 300);
        String named = body("/api/chat", "groq/openai/gpt-oss-20b", 50, false);
        assertEquals(200, post("alice", "/api/chat", named).statusCode());

        HttpResponse<String> refused = post("alice", path, chat);
        assertEquals(429, refused.statusCode());
        assertEquals(anthropic ? "rate_limit_error" : "client_limited", code(path, refused));
        assertTrue(refused.body().contains("The client alice has reached its limit of 2rpm"), refused.body());
        assertTrue(seconds(refused, "Retry-After") >= 50 && seconds(refused, "Retry-After") <= 61);
        assertEquals("0", World.header(refused, "X-RateLimit-Remaining-Requests"));
        assertEquals(2, world.chats().size(), "no key was touched");
        assertEquals(200, post("bob", path, chat).statusCode());
        assertEquals(200, post("carol", path, body(path, "smart", 50, stream)).statusCode());
    }

    private static long seconds(HttpResponse<String> response, String header) {
        return Long.parseLong(World.header(response, header));
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

    @Test
    void model_list_omits_models_forbidden_by_the_clients_rule() {
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

    private List<String> listed(String client) {
        JsonNode data = World.json(get(client, "/v1/models")).path("data");
        return StreamSupport.stream(data.spliterator(), false)
                .map(model -> model.path("id").asText())
                .toList();
    }
}
