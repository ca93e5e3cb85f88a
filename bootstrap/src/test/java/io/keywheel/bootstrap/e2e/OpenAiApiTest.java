package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The door of OpenAI's clients, through to the providers' wire and back.
@Timeout(60)
class OpenAiApiTest {

    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    @AutoClose
    private final Simulator elsewhere = Simulator.start(Scenario.withSeed(3));

    @AutoClose
    private final World world = new World(Map.of(
            "KEYWHEEL_PROVIDERS",
            "groq,cerebras,local",
            "LOCAL_BASE_URL",
            elsewhere.baseUrl(COMPATIBLE).toString(),
            "LOCAL_DEFAULT_MODEL",
            "local-model"));

    private JsonNode ask(String fields) {
        HttpResponse<String> response = world.post(COMPLETIONS, "{" + fields + "," + MESSAGES + "}");
        assertEquals(200, response.statusCode(), response.body());
        return json(response);
    }

    private Received lastAtLocal() {
        return elsewhere.requests().stream()
                .filter(request -> request.path().equals("/chat/completions"))
                .toList()
                .getLast();
    }

    private List<JsonNode> stream(String fields) {
        String body = world.post(COMPLETIONS, "{\"stream\":true," + fields + MESSAGES + "}")
                .body();
        assertTrue(body.endsWith("data: [DONE]\n\n"), body);
        return World.events(body.substring(0, body.length() - "data: [DONE]\n\n".length()));
    }

    @Test
    void takes_turns_when_no_model_is_named() {
        ask("\"model\":\"auto\"");
        ask("\"temperature\":0.5");
        ask("\"model\":null");

        assertEquals(
                List.of("openai/gpt-oss-120b", "gpt-oss-120b"),
                world.chats().stream().map(Received::model).toList());
        assertEquals("local-model", lastAtLocal().model());
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-oss-20b,groq,openai/gpt-oss-20b",
        "groq/openai/gpt-oss-20b,groq,openai/gpt-oss-20b",
        "groq/compound,groq,groq/compound",
        "cerebras/gpt-oss-120b,cerebras,gpt-oss-120b",
        "local/whatever,local,whatever"
    })
    void asks_the_model_that_is_named(String named, String provider, String asked) {
        var response = world.post(COMPLETIONS, "{\"model\":\"" + named + "\"," + MESSAGES + "}");

        assertEquals(200, response.statusCode(), response.body());
        assertEquals(provider, header(response, "X-Keywheel-Provider"));
        assertEquals(asked, header(response, "X-Keywheel-Model"));
    }

    @Test
    void brings_numbers_and_unknown_fields_to_the_upstream_as_they_were_written() {
        world.post(
                COMPLETIONS,
                "{\"model\":\"local/m\",\"zeta\":9007199254740993,\"temperature\":1.10,"
                        + "\"alpha\":{\"b\":[1.10,1E+2,-0]}," + MESSAGES + "}");

        String sent = lastAtLocal().text();
        assertTrue(sent.contains("\"temperature\":1.10"), sent);
        assertTrue(sent.contains("\"zeta\":9007199254740993,\"alpha\":{\"b\":[1.10,1E+2,-0]}"), sent);
    }

    @Test
    void passes_on_what_only_groq_says() {
        JsonNode answer = ask("\"model\":\"openai/gpt-oss-120b\"");

        assertTrue(answer.at("/x_groq/id").isTextual(), answer::toString);
        assertTrue(answer.at("/usage/queue_time").isNumber(), answer::toString);
        assertTrue(answer.has("service_tier"), answer::toString);
    }

    @Test
    void passes_on_what_only_cerebras_says() {
        assertTrue(ask("\"model\":\"cerebras/gpt-oss-120b\"")
                .at("/time_info/queue_time")
                .isNumber());
    }

    @ParameterizedTest
    @CsvSource({"groq/openai/gpt-oss-120b", "cerebras/gpt-oss-120b", "local/m"})
    void tells_the_usage_of_a_stream_once_when_asked_and_not_at_all_else(String model) {
        String named = "\"model\":\"" + model + "\",";

        List<JsonNode> asked = stream(named + "\"stream_options\":{\"include_usage\":true},");
        List<JsonNode> unasked = stream(named);

        assertEquals(
                1,
                asked.stream().filter(chunk -> chunk.path("usage").isObject()).count());
        assertTrue(asked.getLast().path("choices").isEmpty(), asked::toString);
        assertTrue(asked.getLast().at("/usage/total_tokens").asInt() > 0, asked::toString);
        assertFalse(unasked.stream().anyMatch(chunk -> chunk.has("usage")), unasked::toString);
    }

    @Test
    void calls_tools_and_hears_of_their_results() {
        String tools =
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}]";
        String question = "{\"role\":\"user\",\"content\":\"call:weather {\\\"city\\\": \\\"Ulm\\\"}\"}";

        for (String model : List.of("groq/openai/gpt-oss-120b", "cerebras/gpt-oss-120b", "local/m")) {
            var called = json(world.post(
                    COMPLETIONS, "{\"model\":\"" + model + "\"," + tools + ",\"messages\":[" + question + "]}"));
            JsonNode message = called.at("/choices/0/message");
            JsonNode call = message.at("/tool_calls/0");
            assertEquals("weather", call.at("/function/name").asText(), called::toString);
            assertEquals("{\"city\": \"Ulm\"}", call.at("/function/arguments").asText());
            assertEquals("tool_calls", called.at("/choices/0/finish_reason").asText());

            String result = "{\"role\":\"tool\",\"tool_call_id\":" + call.path("id") + ",\"content\":\"sunny\"}";
            var answered = world.post(
                    COMPLETIONS,
                    "{\"model\":\"" + model + "\"," + tools + ",\"messages\":[" + question + "," + message + ","
                            + result + "]}");
            assertEquals(200, answered.statusCode(), answered.body());
            assertEquals("stop", json(answered).at("/choices/0/finish_reason").asText());
        }
    }

    @Test
    void goes_elsewhere_with_what_one_provider_does_not_know() {
        HttpResponse<String> response = world.post(COMPLETIONS, "{\"logit_bias\":{\"50256\":-100}," + MESSAGES + "}");

        assertEquals(200, response.statusCode(), response.body());
        assertTrue(header(response, "X-Keywheel-Attempts").startsWith("groq/1:unsupported, "));
    }

    @Test
    void gives_back_the_upstreams_own_refusal() {
        HttpResponse<String> response =
                world.post(COMPLETIONS, "{\"model\":\"cerebras/gpt-oss-120b\",\"verbosity\":\"low\"," + MESSAGES + "}");

        assertEquals(400, response.statusCode());
        JsonNode error = json(response).path("error");
        assertTrue(error.path("message").asText().contains("verbosity"), error::toString);
        assertEquals("wrong_api_format", error.path("code").asText());
        assertEquals("validation_error", error.path("param").asText());
    }

    @Test
    void says_429_and_when_to_come_back_when_every_key_is_limited() {
        Stream.of(GROQ, CEREBRAS)
                .forEach(
                        provider -> world.simulator.on(provider).always(new Fault.RateLimited(Duration.ofSeconds(20))));

        HttpResponse<String> response = world.post(COMPLETIONS, "{\"model\":\"openai/gpt-oss-120b\"," + MESSAGES + "}");

        assertEquals(429, response.statusCode(), response.body());
        assertEquals("rate_limit_exceeded", json(response).at("/error/code").asText());
        int seconds = Integer.parseInt(header(response, "Retry-After"));
        assertTrue(seconds > 0 && seconds <= 20, "Retry-After " + seconds);
    }

    @Test
    void lists_what_the_providers_list() {
        var ids = json(world.get("/v1/models"))
                .path("data")
                .valueStream()
                .map(model -> model.path("id").asText())
                .toList();

        assertEquals("auto", ids.getFirst());
        assertTrue(ids.containsAll(List.of("openai/gpt-oss-20b", "gpt-oss-120b")), ids::toString);
        assertEquals(
                "groq",
                json(world.get("/v1/models/openai%2Fgpt-oss-20b"))
                        .path("owned_by")
                        .asText());
    }
}
