package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.attempts;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Fault;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Anthropic's Messages API, through to the wire of Groq and Cerebras and back.
@Timeout(120)
class MessagesApiTest {

    private static final String MESSAGES = "/v1/messages";
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    private static final String TOOLS = """
            "tools": [{"name": "weather", "input_schema": {"type": "object", "properties": {}}},
              {"type": "web_search_20250305", "name": "web_search"}]""";

    private static final String QUESTION = """
            {"role": "user", "content": "call:weather {\\"city\\": \\"Bern\\"}\\ncall:weather {\\"city\\": \\"Ulm\\"}"}""";

    @AutoClose
    private final World world = new World(Map.of("KEYWHEEL_MODELS", "claude-*=auto"));

    private HttpResponse<String> ask(String fields) {
        return world.post(MESSAGES, "{\"max_tokens\":300," + fields + "}");
    }

    private List<JsonNode> streamed(String fields) {
        HttpResponse<String> response = ask("\"stream\":true," + fields);
        assertEquals(200, response.statusCode(), response.body());
        String data = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .collect(Collectors.joining("\n\n"));
        return World.events(data + "\n\n");
    }

    private static String arguments(List<JsonNode> events, int index) {
        return events.stream()
                .filter(event -> event.path("index").asInt(-1) == index)
                .map(event -> event.at("/delta/partial_json").asText())
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"groq/openai/gpt-oss-120b", "cerebras/gpt-oss-120b", "claude-sonnet-4-5"})
    void tools_are_called_and_their_results_go_up_with_the_thoughts_before_them(String model) {
        String named = "\"model\":\"" + model + "\",";

        JsonNode message = json(ask(named + TOOLS + ",\"messages\":[" + QUESTION + "]"));
        List<JsonNode> events = streamed(named + TOOLS + ",\"messages\":[" + QUESTION + "]");

        JsonNode content = message.get("content");
        assertEquals("tool_use", message.get("stop_reason").asText(), message::toString);
        assertEquals("thinking", content.at("/0/type").asText(), message::toString);
        assertEquals("Bern", content.at("/1/input/city").asText(), message::toString);
        assertEquals("Ulm", content.at("/2/input/city").asText(), message::toString);
        assertEquals("{\"city\": \"Bern\"}", arguments(events, 1), events::toString);
        assertEquals("{\"city\": \"Ulm\"}", arguments(events, 2), events::toString);
        assertTrue(events.get(events.size() - 2).at("/usage/output_tokens").asInt() > 0, events::toString);

        String results = content.valueStream()
                .filter(block -> block.has("id"))
                .map(block -> """
                        {"type": "tool_result", "tool_use_id": %s, "is_error": true, "content": "sunny"}""".formatted(block.get("id")))
                .collect(Collectors.joining(","));
        JsonNode answer =
                json(ask(named + TOOLS + ",\"messages\":[" + QUESTION + ",{\"role\":\"assistant\",\"content\":"
                        + content + "},{\"role\":\"user\",\"content\":[" + results + "]}]"));

        assertEquals("end_turn", answer.path("stop_reason").asText(), answer::toString);
        assertTrue(answer.at("/content/1/text").asText().contains("The tool said \"Error: sunny\""), answer::toString);
    }

    @Test
    void another_key_answers_where_one_fails_before_the_first_content() {
        world.simulator.on(GROQ).always(Fault.named("bad-gateway"));

        HttpResponse<String> response = ask("\"stream\":true," + TOOLS + "," + HELLO);

        assertEquals(200, response.statusCode(), response.body());
        assertTrue(attempts(response).contains(", "), attempts(response));
        assertEquals("web_search_20250305", header(response, "X-Keywheel-Dropped"));
    }

    @Test
    void stream_that_is_cut_ends_with_an_error_event() {
        world.fails("cut:after-tokens:3");

        JsonNode last = streamed(HELLO).getLast();

        assertEquals("api_error", last.at("/error/type").asText(), last::toString);
    }

    @Test
    void every_key_is_limited_clients_get_429_with_the_time_to_come_back() {
        world.fails("rate-limited:20s");

        HttpResponse<String> response = ask("\"stream\":true," + HELLO);

        assertEquals(429, response.statusCode(), response.body());
        assertEquals("rate_limit_error", json(response).at("/error/type").asText());
        assertTrue(Integer.parseInt(header(response, "Retry-After")) <= 20);
    }

    @Test
    void every_key_fails_otherwise_clients_get_529() {
        world.fails("bad-gateway");

        HttpResponse<String> response = ask(HELLO);

        assertEquals(529, response.statusCode(), response.body());
        assertEquals("overloaded_error", json(response).at("/error/type").asText());
    }

    @Test
    void answer_that_reaches_its_limit_says_so_and_fields_without_a_word_upstream_do_no_harm() {
        JsonNode message = json(world.post(
                MESSAGES,
                "{\"max_tokens\":3,\"top_k\":5,\"thinking\":{\"type\":\"enabled\","
                        + "\"budget_tokens\":1024},\"metadata\":{\"user_id\":\"u\"},\"service_tier\":\"auto\"," + HELLO
                        + "}"));

        assertEquals("max_tokens", message.path("stop_reason").asText(), message::toString);
    }
}
