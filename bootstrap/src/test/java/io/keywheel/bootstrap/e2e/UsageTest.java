package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.Waiting;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checks the usage and request endpoints over real sockets, after some chats of two clients.
class UsageTest {

    private static final Map<String, String> CLIENTS = Environment.of(
            "KEYWHEEL_ACCESS_TOKENS=alice=canary-alice,bob=canary-bob,admin=canary-admin",
            "KEYWHEEL_CLIENTS=admin: see all; bob: 1rpm; alice: 3rpd");

    private static World world;

    /// What the first chat of alice says of its tokens.
    private static JsonNode tokens;

    @BeforeAll
    static void start() {
        // In the last 50 s of a day, waits for the next one: no day may end during the tests.
        Waiting.until(() -> LocalTime.now(ZoneOffset.UTC).isBefore(LocalTime.of(23, 59, 10)));
        world = new World(CLIENTS);
        tokens = someChats(world);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static HttpResponse<String> get(World world, String client, String path, String... headers) {
        return world.send(request(world.request(path), client), headers);
    }

    private static HttpRequest request(HttpRequest request, String client) {
        return World.with(request, "Authorization", "Bearer canary-" + client);
    }

    private static HttpResponse<String> chat(World world, String client, String path, String body) {
        String id = path.equals("/api/chat") && client.equals("alice") ? "r-1" : "r-2";
        return world.send(request(world.request(path, body), client), "X-Request-Id", id);
    }

    private static JsonNode usage(World world, String client, String query) {
        return World.json(get(world, client, "/api/usage" + query)).path("rows");
    }

    private static List<String> requests(World world, String client, String query) {
        return World.json(get(world, client, "/api/requests" + query))
                .path("requests")
                .valueStream()
                .map(request -> request.path("client").asText() + " "
                        + request.path("api").asText() + " "
                        + request.path("outcome").asText())
                .toList();
    }

    private static JsonNode someChats(World world) {
        HttpResponse<String> first = chat(world, "alice", "/api/chat", World.HELLO_20B);
        String streamed = World.hello("\"stream\": true, ");
        assertEquals(200, first.statusCode());
        assertEquals(200, chat(world, "alice", "/v1/chat/completions", streamed).statusCode());
        assertEquals(200, chat(world, "bob", "/api/chat/stream", World.HELLO).statusCode());
        assertEquals(429, chat(world, "bob", "/api/chat", World.HELLO).statusCode());
        assertEquals(401, chat(world, "stranger", "/api/chat", World.HELLO).statusCode());
        Waiting.until(() -> requests(world, "admin", "").size() == 4);
        return World.json(first).path("tokens");
    }

    @Test
    void client_sees_only_its_own_usage_unless_its_rule_has_see_all() {
        assertEquals(1, usage(world, "alice", "?by=client").size());
        assertEquals(List.of("alice openai_stream ok", "alice json ok"), requests(world, "alice", ""));
        assertEquals(List.of(), requests(world, "alice", "?client=bob"));
        assertEquals(2, usage(world, "admin", "?by=client").size());
        assertEquals(
                List.of("bob json client_limited", "bob sse ok", "alice openai_stream ok", "alice json ok"),
                requests(world, "admin", ""));
        for (String path : List.of("/api/usage", "/api/requests")) {
            assertEquals("alice", World.header(get(world, "alice", path), "X-Keywheel-Client"));
            assertEquals("", World.header(get(world, "admin", path), "X-Keywheel-Client"));
            assertEquals(401, get(world, "stranger", path).statusCode());
        }
    }

    @Test
    void usage_sums_the_reported_tokens_and_skips_rejected_requests() {
        JsonNode row = usage(world, "alice", "?by=client,model,provider,day").path(1);

        assertEquals("openai/gpt-oss-20b", row.path("model").asText(), row::toString);
        assertEquals("groq", row.path("provider").asText());
        assertEquals(LocalDate.now(ZoneOffset.UTC).toString(), row.path("day").asText());
        assertEquals(1, row.path("requests").asInt());
        assertEquals(0, row.path("failures").asInt());
        assertEquals(tokens.path("prompt_tokens"), row.path("input_tokens"));
        assertEquals(tokens.path("completion_tokens"), row.path("output_tokens"));
        assertEquals(
                1, usage(world, "bob", "?by=client").path(0).path("requests").asInt());
    }

    @ParameterizedTest
    @CsvSource({
        "'', 4",
        "?outcome=ok, 3",
        "?status=429, 1",
        "?api=sse, 1",
        "?model=openai/gpt-oss-20b, 1",
        "?client=bob, 2",
        "?client=bob&outcome=ok, 1",
        "?provider=none, 0",
        "?model=auto&status=429, 1",
        "?id=r-1, 1",
    })
    void query_parameters_filter_requests(String query, int found) {
        assertEquals(found, requests(world, "admin", query).size());
    }

    @ParameterizedTest
    @CsvSource({
        "usage?from=yesterday, from must be a day",
        "usage?from=2026-12-02&to=2026-12-01, from must not be after to",
        "usage?by=clients, by must be some of",
        "usage?by=client&by=model, the query may have one by",
        "usage?form=2026-11-01, 'the query may have from, to, by'",
        "requests?limit=5, 'the query may have id, client, api,'",
    })
    void invalid_query_gets_400(String query, String message) {
        HttpResponse<String> refused = get(world, "alice", "/api/" + query);

        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains(message), refused.body());
    }

    @Test
    void usage_is_available_as_csv() {
        HttpResponse<String> csv =
                get(world, "admin", "/api/usage?by=client&from=2020-01-01&to=2099-01-01", "Accept", "text/csv");

        assertEquals("text/csv; charset=utf-8", World.header(csv, "Content-Type"));
        List<String> lines = csv.body().lines().toList();
        assertEquals(
                "client,requests,failures,input_tokens,output_tokens,cached_tokens,reasoning_tokens,duration_ms",
                lines.getFirst());
        assertTrue(lines.get(1).matches("alice,2,0,\\d+,\\d+,\\d+,\\d+,\\d+"), csv.body());
        assertEquals(3, lines.size());
    }

    @Test
    void without_tokens_usage_of_the_retained_days_belongs_to_anonymous() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        try (var open = new World("KEYWHEEL_USAGE_DAYS=7")) {
            assertEquals(200, open.chat(World.HELLO).statusCode());
            open.fails("status:503");
            assertEquals(503, open.chat(World.HELLO).statusCode());
            Waiting.until(
                    () -> World.json(open.get("/api/requests")).path("requests").size() == 2);

            JsonNode usage = World.json(open.get("/api/usage?by=client&from=2020-01-01"));

            assertEquals(today.minusDays(6).toString(), usage.path("from").asText());
            assertEquals(today.toString(), usage.path("to").asText());
            JsonNode row = usage.path("rows").path(0);
            assertEquals("anonymous", row.path("client").asText());
            assertEquals(2, row.path("requests").asInt());
            assertEquals(1, row.path("failures").asInt());
        }
    }

    @Test
    void usage_survives_a_restart(@TempDir Path directory) {
        var settings = new HashMap<>(CLIENTS);
        settings.put("KEYWHEEL_DATA", directory.resolve("data").toString());
        try (var before = new World(settings)) {
            someChats(before);
        }

        try (var after = new World(settings)) {
            assertEquals(List.of(), requests(after, "admin", ""));
            assertEquals(200, chat(after, "alice", "/api/chat", World.HELLO).statusCode());
            Waiting.until(() -> requests(after, "admin", "").size() == 1);
            assertEquals(
                    3,
                    usage(after, "alice", "?by=client").path(0).path("requests").asInt());
            assertEquals(429, chat(after, "alice", "/api/chat", World.HELLO).statusCode());
        }
    }
}
