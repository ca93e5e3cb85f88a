package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Oddity;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the settings change, seen from outside.
@Timeout(60)
class SettingsAtWorkTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final String HELLO_20B =
            "{\"model\": \"openai/gpt-oss-20b\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "helidon"})
    void either_transport_answers_streams_and_falls_back(String transport) {
        try (var world = new World(Map.of("KEYWHEEL_TRANSPORT", transport))) {
            world.simulator.on(GROQ, GROQ_ONE).next(Fault.named("cut:before-content"));

            assertEquals("groq/1:unavailable, cerebras/1:ok", attempts(world.post("/api/chat/stream", HELLO)));
            assertEquals("cerebras/1:ok", attempts(world.chat(HELLO)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "helidon"})
    void a_connection_that_went_stale_in_the_pool_is_no_failed_attempt(String transport) {
        try (var world = new World(Map.of("KEYWHEEL_TRANSPORT", transport))) {
            world.simulator.on(GROQ).always(Oddity.SILENT_CLOSE);

            for (int i = 0; i < 40; i++) {
                String attempts = attempts(world.chat(HELLO_20B));
                assertTrue(attempts.matches("groq/[12]:ok"), attempts);
            }
        }
    }

    @Test
    void all_keys_and_both_paths_of_a_provider_share_one_pool_of_connections() {
        try (var world = new World()) {
            for (int i = 0; i < 8; i++) {
                world.chat(HELLO);
                world.chat(HELLO_20B);
            }

            long groqs = world.chats().stream()
                    .filter(request -> request.provider() == GROQ)
                    .map(Received::connection)
                    .distinct()
                    .count();
            // The second is that of the model list, asked for in the background.
            assertTrue(groqs <= 2, groqs + " connections for two keys and two models");
        }
    }

    @Test
    void another_provider_comes_from_settings_alone() {
        try (var other = Simulator.start(Scenario.withSeed(1));
                var world = new World(Map.of(
                        "KEYWHEEL_PROVIDERS", "groq,my-llm",
                        "MY_LLM_BASE_URL", other.baseUrl(COMPATIBLE).toString(),
                        "MY_LLM_DEFAULT_MODEL", "house-model"))) {
            List<String> keys = IntStream.range(0, 3)
                    .mapToObj(_ -> header(world.chat(HELLO), "X-Keywheel-Key"))
                    .toList();

            assertEquals(List.of("groq/1", "my-llm/1", "groq/2"), keys);
            assertEquals(
                    "my-llm",
                    json(world.chat(HELLO.replace("{\"m", "{\"model\": \"my-llm/any-model\", \"m")))
                            .path("provider")
                            .asText());
        }
    }

    @Test
    void keys_of_one_group_rest_together() {
        try (var world = new World(Map.of("GROQ_API_KEYS", GROQ_ONE + "@org," + GROQ_TWO + "@org"))) {
            world.simulator.on(GROQ, GROQ_ONE).next(new Fault.RateLimited(Duration.ofSeconds(30)));

            HttpResponse<String> response = world.chat(HELLO_20B);

            assertEquals(503, response.statusCode());
            assertEquals("groq/1:rate_limited", attempts(response));
            assertEquals("30", header(response, "Retry-After"));
        }
    }

    @Test
    void a_patient_request_waits_for_a_cooling_key() {
        try (var world = new World(Map.of("KEYWHEEL_MAX_WAIT", "5s"))) {
            world.simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofSeconds(1)));
            world.simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofSeconds(1)));
            assertEquals(503, world.chat(HELLO_20B).statusCode());

            HttpResponse<String> patient = world.chat(HELLO_20B);

            assertEquals(200, patient.statusCode(), patient::body);
        }
    }

    @Test
    void attempts_are_bounded_where_the_settings_say_so() {
        try (var world = new World(Map.of("KEYWHEEL_MAX_ATTEMPTS", "1"))) {
            world.simulator.on(GROQ).always(Fault.status(500));

            assertEquals("groq/1:unavailable", attempts(world.chat(HELLO)));
        }
    }

    @Test
    void one_attempt_and_its_own_failure_is_the_answer_without_fallback() {
        try (var world = new World()) {
            world.simulator.on(GROQ).always(new Fault.RateLimited(Duration.ofSeconds(9)));

            HttpResponse<String> response = world.chat(HELLO.replace("{\"m", "{\"fallback\": false, \"m"));

            assertEquals("rate_limited", json(response).path("code").asText());
            assertEquals("9", header(response, "Retry-After"));
            assertEquals(1, world.chats().size());
        }
    }

    private static String attempts(HttpResponse<String> response) {
        return header(response, "X-Keywheel-Attempts");
    }
}
