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

/// OpenAI's Responses API, through to the wire of Groq and Cerebras and back.
@Timeout(120)
class ResponsesApiTest {

    private static final String RESPONSES = "/v1/responses";

    private static final String TOOLS = """
            "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}},
              {"type": "custom", "name": "patch", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
              {"type": "namespace", "name": "mcp__gh__", "description": "d",
               "tools": [{"type": "function", "name": "find", "parameters": {"type": "object", "properties": {}}}]},
              {"type": "web_search"}]""";

    private static final String QUESTION = """
            {"role": "user", "content": "call:weather {\\"city\\": \\"Ulm\\"}\\ncall:patch {\\"input\\": \\"a\\\\nb\\"}\\ncall:mcp__gh__find {\\"q\\": 1}"}""";

    @AutoClose
    private final World world = new World(Map.of());

    private HttpResponse<String> ask(String fields) {
        return world.post(RESPONSES, "{" + fields + "}");
    }

    private JsonNode streamed(String fields) {
        HttpResponse<String> response = ask("\"stream\":true," + fields);
        assertEquals(200, response.statusCode(), response.body());
        String data = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .collect(Collectors.joining("\n\n"));
        List<JsonNode> events = World.events(data + "\n\n");
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i, events.get(i).get("sequence_number").intValue());
        }
        return events.getLast().get("response");
    }

    @ParameterizedTest
    @ValueSource(strings = {"groq/openai/gpt-oss-120b", "cerebras/gpt-oss-120b"})
    void tools_of_each_kind_are_called_and_their_results_go_up(String model) {
        String named = "\"model\":\"" + model + "\",";

        JsonNode whole = json(ask(named + TOOLS + ",\"input\":[" + QUESTION + "]"));
        JsonNode stream = streamed(named + TOOLS + ",\"input\":[" + QUESTION + "]");

        for (JsonNode response : List.of(whole, stream)) {
            JsonNode output = response.get("output");
            assertEquals("completed", response.get("status").asText(), response::toString);
            assertEquals("reasoning", output.at("/0/type").asText(), response::toString);
            assertEquals("weather", output.at("/1/name").asText(), response::toString);
            assertEquals("{\"city\": \"Ulm\"}", output.at("/1/arguments").asText(), response::toString);
            assertEquals("custom_tool_call", output.at("/2/type").asText(), response::toString);
            assertEquals("a\nb", output.at("/2/input").asText(), response::toString);
            assertEquals("find", output.at("/3/name").asText(), response::toString);
            assertEquals("mcp__gh__", output.at("/3/namespace").asText(), response::toString);
            assertTrue(
                    response.at("/usage/output_tokens_details/reasoning_tokens").asInt() > 0, response::toString);
        }
        JsonNode output = stream.get("output");
        String results = output.valueStream()
                .filter(item -> item.has("call_id"))
                .map(item -> "{\"type\":\"%s_output\",\"call_id\":%s,\"output\":\"sunny\"}"
                        .formatted(item.get("type").asText(), item.get("call_id")))
                .collect(Collectors.joining(","));
        String items = output.toString();
        String history = QUESTION + "," + items.substring(1, items.length() - 1) + "," + results;

        JsonNode answer = streamed(named + TOOLS + ",\"input\":[" + history + "]");

        assertEquals("completed", answer.get("status").asText(), answer::toString);
        assertTrue(
                answer.at("/output/1/content/0/text").asText().contains("The tool said \"sunny\""), answer::toString);
    }

    @Test
    void another_key_answers_where_one_fails_before_the_first_content() {
        world.simulator.on(GROQ).always(Fault.named("bad-gateway"));

        HttpResponse<String> response = ask("\"input\":\"Hello\",\"stream\":true," + TOOLS);

        assertEquals(200, response.statusCode(), response.body());
        assertTrue(attempts(response).contains(", "), attempts(response));
        assertEquals("web_search", header(response, "X-Keywheel-Dropped"));
    }

    @Test
    void stream_that_is_cut_ends_as_failed() {
        world.fails("cut:after-tokens:3");

        JsonNode response = streamed("\"input\":\"Hello\"");

        assertEquals("failed", response.get("status").asText());
        assertEquals("server_error", response.at("/error/code").asText());
        assertTrue(response.get("output").size() > 0, response::toString);
    }

    @Test
    void every_key_is_limited_clients_get_429_with_the_time_to_come_back() {
        world.fails("rate-limited:20s");

        HttpResponse<String> response = ask("\"input\":\"Hello\",\"stream\":true");

        assertEquals(429, response.statusCode(), response.body());
        assertEquals("rate_limit_exceeded", json(response).at("/error/code").asText());
        assertTrue(Integer.parseInt(header(response, "Retry-After")) <= 20);
    }

    @Test
    void answer_that_reaches_its_limit_is_incomplete() {
        JsonNode response = json(ask("\"input\":\"Hello\",\"max_output_tokens\":3,\"reasoning\":{\"effort\":\"low\"},"
                + "\"store\":false,\"include\":[\"reasoning.encrypted_content\"],\"prompt_cache_key\":\"k\""));

        assertEquals("incomplete", response.get("status").asText(), response::toString);
        assertEquals(
                "max_output_tokens", response.at("/incomplete_details/reason").asText());
    }
}
