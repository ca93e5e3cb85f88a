package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.CEREBRAS_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.HELLO;
import static io.keywheel.bootstrap.e2e.World.HELLO_20B;
import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.hello;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.Waiting;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Limits;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rotation over keys and providers at the native API. [io.keywheel.bootstrap.embedding.ExampleTest] covers all four
/// chat methods.
class ScenariosTest {

    @AutoClose
    private final World world = new World();

    @Test
    void chat_without_a_model_uses_the_first_providers_default_model() {
        HttpResponse<String> response = world.chat(HELLO);

        JsonNode answer = json(response);
        assertEquals(200, response.statusCode());
        assertEquals(
                "groq/openai/gpt-oss-120b says: You asked \"Hello\" (message 1 of this conversation).",
                answer.path("content").asText());
        assertEquals("groq", answer.path("provider").asText());
        assertEquals("openai/gpt-oss-120b", answer.path("model").asText());
        assertEquals("stop", answer.path("finish_reason").asText());
        JsonNode tokens = answer.path("tokens");
        assertEquals(
                tokens.path("total_tokens").asInt(),
                tokens.path("prompt_tokens").asInt()
                        + tokens.path("completion_tokens").asInt());
        assertEquals("groq/1", header(response, "X-Keywheel-Key"));
        assertEquals("groq/1:ok", attempts(response));
    }

    @Test
    void chats_without_a_model_rotate_over_providers_and_keys() {
        List<String> keys = IntStream.range(0, 6)
                .mapToObj(_ -> header(world.chat(HELLO), "X-Keywheel-Key"))
                .toList();

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/1", "cerebras/1"), keys);
    }

    @Test
    void chats_with_a_model_rotate_over_the_keys_of_its_provider() {
        IntStream.range(0, 4).forEach(_ -> world.chat(HELLO_20B));

        assertEquals(List.of(GROQ_ONE, GROQ_TWO, GROQ_ONE, GROQ_TWO), world.keysAsked());
        assertEquals("openai/gpt-oss-20b", world.chats().getFirst().model());
    }

    @Test
    void keys_of_one_quota_group_cool_down_together() {
        try (var grouped = new World("GROQ_API_KEYS=" + GROQ_ONE + "@org," + GROQ_TWO + "@org")) {
            grouped.simulator.on(GROQ, GROQ_ONE).next(new Fault.RateLimited(Duration.ofSeconds(30)));

            HttpResponse<String> response = grouped.chat(HELLO_20B);

            assertEquals(503, response.statusCode());
            assertEquals("groq/1:rate_limited", attempts(response));
            assertTrue(World.comesBackAfter(30, response));
        }
    }

    @Test
    void request_without_max_tokens_is_blocked_by_a_bucket_below_the_reservation() {
        var limits = new Limits(0, 0, 30_000, 0).withMinute(Duration.ofHours(1));
        var scenario = Scenario.withSeed(7).limits(CEREBRAS, limits);
        try (var limited = new World(Environment.of("GROQ_API_KEYS=", "CEREBRAS_API_KEYS=" + CEREBRAS_ONE), scenario)) {
            assertEquals(200, limited.chat(HELLO).statusCode());
            assertEquals(503, limited.chat(HELLO).statusCode());
            assertEquals(200, limited.chat(hello("\"max_tokens\": 50, ")).statusCode());
        }
    }

    @Test
    void next_tier_answers_if_all_keys_of_the_first_are_rate_limited() {
        try (var virtual = new World("KEYWHEEL_MODELS=smart*=groq/openai/gpt-oss-20b > cerebras")) {
            virtual.simulator.on(GROQ).always(Fault.named("rate-limited:50s"));
            String smart = hello("\"model\": \"smart-1\", ");

            assertEquals("groq/1:rate_limited, groq/2:rate_limited, cerebras/1:ok", attempts(virtual.chat(smart)));
            assertEquals("cerebras/1:ok", attempts(virtual.chat(smart)));
        }
    }

    @Test
    void numbers_and_unknown_fields_reach_the_provider_unchanged() {
        try (var local = new World("KEYWHEEL_PROVIDERS=local", "LOCAL_DEFAULT_MODEL=m")) {
            String fields = "\"zeta\":9007199254740993,\"alpha\":{\"b\":[1.10,1E+2,-0]}";
            local.post("/v1/chat/completions", hello("\"model\":\"local/m\",\"temperature\":1.10," + fields + ","));

            String sent = local.chats().getFirst().text();
            assertTrue(sent.contains("\"temperature\":1.10"), sent);
            assertTrue(sent.contains(fields), sent);
        }
    }

    @Test
    void hanging_model_list_delays_no_start_readiness_or_chat() {
        try (var local = Simulator.start(Scenario.withSeed(3))) {
            local.on(COMPATIBLE).models().always(Fault.named("hang:before-head"));
            try (var hanging = new World(
                    "KEYWHEEL_PROVIDERS=local,groq",
                    "LOCAL_BASE_URL=" + local.baseUrl(COMPATIBLE),
                    "LOCAL_DEFAULT_MODEL=m")) {
                Waiting.until(() -> !local.requests().isEmpty());

                assertEquals(200, hanging.get("/health/ready").statusCode());
                assertEquals("local/1:ok", attempts(hanging.chat(HELLO)));
                assertEquals("groq/1:ok", attempts(hanging.chat(HELLO)));
                assertFalse(local.requests().getFirst().cutOffByClient(), "the list is still awaited");
            }
        }
    }

    /// @param about what the user says first
    private static String turn(String fields, String about, boolean later) {
        String first = "{'role': 'user', 'content': '" + about + "'}";
        String rest = ", {'role': 'assistant', 'content': 'A'}, {'role': 'user', 'content': 'B'}";
        return ("{" + fields + "'messages': [" + first + (later ? rest : "") + "]}").replace('\'', '"');
    }

    @ParameterizedTest
    @CsvSource({"5m, groq/1 groq/2 groq/1 groq/1 groq/2", "off, groq/1 groq/2 groq/1 groq/2 groq/1"})
    void affinity_sends_later_turns_to_the_key_that_answered_first(String affinity, String keys) {
        try (var talks = new World("KEYWHEEL_PROVIDERS=groq", "KEYWHEEL_AFFINITY=" + affinity)) {
            var answers = List.of(
                    talks.chat(turn("", "one", false)),
                    talks.post("/v1/chat/completions", turn("'user': 'u', ", "two", false)),
                    talks.chat(turn("", "one", true)),
                    talks.post("/api/chat/stream", turn("", "one", true)),
                    talks.post("/v1/chat/completions", turn("'user': 'u', ", "three", true)));

            assertEquals(
                    List.of(keys.split(" ")),
                    answers.stream()
                            .map(answer -> header(answer, "X-Keywheel-Key"))
                            .toList());
        }
    }
}
