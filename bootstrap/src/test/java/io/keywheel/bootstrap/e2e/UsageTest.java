package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.adapters.CannotOpenException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Checks the usage and request endpoints over real sockets.
class UsageTest {

    private static final Map<String, String> CLIENTS = Environment.of(
            "KEYWHEEL_ACCESS_TOKENS=alice=canary-alice,bob=canary-bob,admin=canary-admin",
            "KEYWHEEL_CLIENTS=admin: see all; bob: 1rpm");

    /// Waits near midnight, so that no day ends during a test.
    @BeforeEach
    void leaveTheEndOfADayBehind() {
        Waiting.until(() -> LocalTime.now(ZoneOffset.UTC).isBefore(LocalTime.of(23, 59, 30)));
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
        var found = new ArrayList<String>();
        World.json(get(world, client, "/api/requests" + query))
                .path("requests")
                .forEach(request -> found.add(request.path("client").asText() + " "
                        + request.path("api").asText() + " "
                        + request.path("outcome").asText()));
        return found;
    }

    private static void someChats(World world) {
        assertEquals(200, chat(world, "alice", "/api/chat", World.HELLO_20B).statusCode());
        assertEquals(
                200,
                chat(world, "alice", "/v1/chat/completions", World.hello("\"stream\": true, "))
                        .statusCode());
        assertEquals(200, chat(world, "bob", "/api/chat/stream", World.HELLO).statusCode());
        assertEquals(429, chat(world, "bob", "/api/chat", World.HELLO).statusCode());
        assertEquals(401, chat(world, "nobody", "/api/chat", World.HELLO).statusCode());
        Waiting.until(() -> ended(world) == 4);
    }

    private static int ended(World world) {
        return requests(world, "admin", "").size();
    }

    @Test
    void client_sees_only_its_own_usage_unless_its_rule_has_see_all() {
        try (var world = new World(CLIENTS)) {
            someChats(world);

            assertEquals(
                    2,
                    usage(world, "alice", "?by=client").path(0).path("requests").asInt());
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
            }
            assertEquals(401, get(world, "nobody", "/api/usage").statusCode());
            assertEquals(401, get(world, "nobody", "/api/requests").statusCode());
        }
    }

    @Test
    void usage_sums_the_reported_tokens_and_skips_rejected_requests() {
        try (var world = new World(CLIENTS)) {
            someChats(world);
            JsonNode tokens = World.json(chat(world, "alice", "/api/chat", World.HELLO_20B))
                    .path("tokens");
            Waiting.until(() -> ended(world) == 5);

            JsonNode row =
                    usage(world, "alice", "?by=client,model,provider,day").path(1);
            assertEquals("openai/gpt-oss-20b", row.path("model").asText(), row::toString);
            assertEquals("groq", row.path("provider").asText());
            assertEquals(
                    LocalDate.now(ZoneOffset.UTC).toString(), row.path("day").asText());
            assertEquals(2, row.path("requests").asInt());
            assertEquals(0, row.path("failures").asInt());
            assertEquals(
                    2 * tokens.path("prompt_tokens").asLong(),
                    row.path("input_tokens").asLong());
            assertTrue(row.path("output_tokens").asLong()
                    >= tokens.path("completion_tokens").asLong());
            assertEquals(
                    1,
                    usage(world, "bob", "?by=client").path(0).path("requests").asInt());
        }
    }

    @Test
    void query_parameters_filter_requests() {
        var found = Map.of(
                "", 4,
                "?outcome=ok", 3,
                "?status=429", 1,
                "?api=sse", 1,
                "?model=openai/gpt-oss-20b", 1,
                "?client=bob", 2,
                "?client=bob&outcome=ok", 1,
                "?provider=none", 0,
                "?model=auto&status=429", 1,
                "?id=r-1", 1);
        try (var world = new World(CLIENTS)) {
            someChats(world);

            for (var query : found.entrySet()) {
                assertEquals(
                        query.getValue(),
                        requests(world, "admin", query.getKey()).size(),
                        query::getKey);
            }
        }
    }

    @Test
    void invalid_query_gets_400() {
        var messages = Map.of(
                "/api/usage?from=yesterday", "from must be a day",
                "/api/usage?from=2026-12-02&to=2026-12-01", "from must not be after to",
                "/api/usage?by=clients", "by must be some of",
                "/api/usage?by=client&by=model", "the query may have one by",
                "/api/usage?form=2026-11-01", "the query may have from, to, by",
                "/api/requests?limit=5", "the query may have id, client, api,");
        try (var world = new World()) {
            messages.forEach((path, message) -> {
                HttpResponse<String> refused = world.get(path);
                assertEquals(400, refused.statusCode());
                assertTrue(refused.body().contains(message), refused.body());
            });
        }
    }

    @Test
    void usage_is_available_as_csv() {
        try (var world = new World(CLIENTS)) {
            someChats(world);

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
    }

    @Test
    void day_range_is_clipped_to_the_retained_days_if_they_overlap() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String kept = today.minusDays(6) + " to " + today;
        var days = Map.of(
                "",
                kept,
                "from=0001-01-01&to=9999-12-31",
                kept,
                "from=2020-01-01",
                kept,
                "to=9999-01-01",
                kept,
                "from=2020-01-01&to=2020-02-01",
                "2020-01-01 to 2020-02-01",
                "from=9999-01-01&to=9999-12-31",
                "9999-01-01 to 9999-12-31",
                "from=9999-01-01",
                "9999-01-01 to 9999-01-01",
                "to=2020-01-01",
                "2020-01-01 to 2020-01-01");
        try (var world = new World("KEYWHEEL_USAGE_DAYS=7")) {
            days.forEach((query, expected) -> {
                JsonNode usage = World.json(world.get("/api/usage?" + query));

                assertEquals(
                        expected,
                        usage.path("from").asText() + " to " + usage.path("to").asText(),
                        query);
            });
        }
    }

    @Test
    void without_tokens_all_usage_belongs_to_anonymous() {
        try (var world = new World()) {
            assertEquals(200, world.chat(World.HELLO).statusCode());
            world.fails("status:503");
            assertEquals(503, world.chat(World.HELLO).statusCode());
            Waiting.until(() ->
                    World.json(world.get("/api/requests")).path("requests").size() == 2);

            JsonNode row =
                    World.json(world.get("/api/usage?by=client")).path("rows").path(0);

            assertEquals("anonymous", row.path("client").asText());
            assertEquals(2, row.path("requests").asInt());
            assertEquals(1, row.path("failures").asInt());
        }
    }

    @Test
    void usage_survives_a_restart(@TempDir Path directory) {
        Map<String, String> settings = new HashMap<>(CLIENTS);
        settings.put("KEYWHEEL_DATA", directory.resolve("data").toString());
        settings.put("KEYWHEEL_CLIENTS", "admin: see all; bob: 1rpm; alice: 3rpd");
        try (var world = new World(settings)) {
            someChats(world);
        }

        try (var world = new World(settings)) {
            assertEquals(
                    2,
                    usage(world, "alice", "?by=client").path(0).path("requests").asInt());
            assertEquals(List.of(), requests(world, "admin", ""));
            assertEquals(200, chat(world, "alice", "/api/chat", World.HELLO).statusCode());
            Waiting.until(() -> ended(world) == 1);
            assertEquals(
                    3,
                    usage(world, "alice", "?by=client").path(0).path("requests").asInt());
            assertEquals(429, chat(world, "alice", "/api/chat", World.HELLO).statusCode());
        }
    }

    @Test
    void damaged_usage_file_prevents_startup(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("usage.db"), "nothing of ours ".repeat(1000));

        var e = Assertions.assertThrows(CannotOpenException.class, () -> new World("KEYWHEEL_DATA=" + directory));

        assertEquals(
                "KEYWHEEL_DATA: " + directory.resolve("usage.db") + " cannot be read: move it away to begin anew",
                e.getMessage());
    }
}
