package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.contract.WireServer;
import io.keywheel.timing.Waiting;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the settings change about usage. [io.keywheel.adapters.http.status.UsageHandlerTest] covers the endpoints.
class UsageTest {

    private static final String HIDDEN_TOKENS = """
            {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi"}}],
             "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 999}}""";

    private static JsonNode usage(World world) {
        return World.json(world.get("/api/usage?from=2020-01-01"));
    }

    private static int requestsKept(World world) {
        return World.json(world.get("/api/requests")).path("requests").size();
    }

    /// So that no day ends during a test.
    private static void awaitMidnightIfNear() {
        Waiting.until(() -> LocalTime.now(ZoneOffset.UTC).isBefore(LocalTime.of(23, 59, 10)));
    }

    /// The limit of a day counts the usage from before the restart.
    @Test
    void usage_of_the_retained_days_survives_a_restart(@TempDir Path directory) {
        awaitMidnightIfNear();
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String[] settings = {
            "KEYWHEEL_DATA=" + directory.resolve("data"), "KEYWHEEL_USAGE_DAYS=7", "KEYWHEEL_CLIENTS=*: 2rpd"
        };
        JsonNode tokens;
        try (var before = new World(settings)) {
            HttpResponse<String> answer = before.chat(World.HELLO);
            tokens = World.json(answer).path("tokens");
            Waiting.until(() -> requestsKept(before) == 1);
        }

        try (var after = new World(settings)) {
            assertEquals(0, requestsKept(after));
            JsonNode usage = usage(after);
            assertEquals(today.minusDays(6).toString(), usage.path("from").asText());
            JsonNode row = usage.path("rows").path(0);
            assertEquals("anonymous", row.path("client").asText());
            assertEquals(today.toString(), row.path("day").asText());
            assertEquals(1, row.path("requests").asInt());
            assertEquals(tokens.path("prompt_tokens"), row.path("input_tokens"));
            assertEquals(tokens.path("completion_tokens"), row.path("output_tokens"));
            assertEquals(200, after.chat(World.HELLO).statusCode());
            assertEquals(429, after.chat(World.HELLO).statusCode());
        }
    }

    /// Only the provider's total has them, as that of Gemini has its thoughts.
    @Test
    void hidden_tokens_count_towards_a_limit_per_day_after_a_restart(@TempDir Path directory) {
        awaitMidnightIfNear();
        String[] settings = {"KEYWHEEL_DATA=" + directory.resolve("data"), "KEYWHEEL_CLIENTS=*: 1000tpd"};
        String chat = World.hello("\"max_tokens\": 10,");
        try (var upstream = WireServer.start(exchange -> exchange.json(200, HIDDEN_TOKENS))) {
            try (var before = World.over(upstream, settings)) {
                assertEquals(200, before.chat(chat).statusCode());
            }

            try (var after = World.over(upstream, settings)) {
                assertEquals(429, after.chat(chat).statusCode());
            }
        }
    }

    @Test
    void usage_gauge_is_1_while_usage_can_be_saved(@TempDir Path directory) {
        try (var world = new World("KEYWHEEL_DATA=" + directory)) {
            assertTrue(world.get("/metrics").body().contains("\nkeywheel_usage_saved 1"));
        }
    }
}
