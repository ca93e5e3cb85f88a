package io.keywheel.adapters.http.responses;

import static io.keywheel.adapters.http.answers.RandomAnswer.call;
import static io.keywheel.adapters.http.answers.RandomAnswer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of OpenAI's Responses API, whole and streamed.
class ResponsesTest {

    private static final TokenUsage USAGE = new TokenUsage(9, 7, 16, 4L, 3L, Extras.NONE);
    private static final String HELLO = "{\"input\":\"Hello\"}";

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private Response answerTo(String request, Content content, FinishReason reason) {
        testServer.chats.answer(Completion.of(content, reason, null));
        return testServer.post("/v1/responses", request).assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/responses", "/openai/v1/responses"})
    void response_has_openais_format(String path) {
        testServer.chats.play((_, _) -> Samples.answer("Hi", Samples.limited(Samples.GROQ, 1)));
        Response response = testServer
                .post(path, HELLO)
                .assertStatus(200)
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited, cerebras/1:ok")
                .assertHeader("X-Keywheel-Dropped", "");
        ObjectNode json = (ObjectNode) response.json();
        String id = json.get("id").textValue().substring("resp_".length());

        JsonNode expected = TestServer.json("""
                        {"id": "resp_#", "object": "response", "created_at": 1795608000, "status": "completed",
                         "completed_at": 1795608000, "error": null, "incomplete_details": null,
                         "model": "gpt-oss-120b", "output": [{"id": "msg_#_0", "type": "message",
                           "status": "completed", "role": "assistant",
                           "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Hi"}]}],
                         "usage": {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                           "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 12},
                         "store": false}""".replace("#", id));

        assertEquals(32, id.length());
        assertEquals(
                expected,
                json.retain(expected.propertyStream().map(Map.Entry::getKey).toList()));
    }

    @Test
    void reasoning_calls_and_refusal_become_output_items() {
        var calls =
                List.of(new ToolCall("c1", "f", "{\"x\":1}"), new ToolCall("c2", "gh__run", "{\"input\":\"ls\\n\"}"));
        JsonNode output = answerTo(
                        """
                        {"input": "a", "tools": [{"type": "web_search"}, {"type": "function", "name": "f"},
                          {"type": "namespace", "name": "gh", "tools": [{"type": "custom", "name": "run"}]}]}""",
                        new Content("", "Hm", calls, Extras.of("refusal", "\"I cannot\"")),
                        FinishReason.TOOL_CALLS)
                .assertHeader("X-Keywheel-Dropped", "web_search")
                .json()
                .get("output");
        output.forEach(item -> ((ObjectNode) item).remove("id"));

        assertEquals(TestServer.json("""
                [{"type": "reasoning", "encrypted_content": "keywheel", "summary": [{"type": "summary_text", "text": "Hm"}]},
                 {"type": "function_call", "status": "completed", "call_id": "c1", "name": "f", "arguments": "{\\"x\\":1}"},
                 {"type": "custom_tool_call", "status": "completed", "call_id": "c2", "name": "run", "namespace": "gh",
                  "input": "ls\\n"},
                 {"type": "message", "status": "completed", "role": "assistant",
                  "content": [{"type": "refusal", "refusal": "I cannot"}]}]"""), output);
    }

    @Test
    void length_finish_makes_the_response_and_its_last_item_incomplete() {
        var content = new Content("Hel", "Hm", List.of(), Extras.of("refusal", "\"I\""));
        Response response = answerTo(HELLO, content, FinishReason.LENGTH);

        assertEquals("incomplete", response.text("/status"));
        assertEquals("max_output_tokens", response.text("/incomplete_details/reason"));
        assertEquals("completed", response.text("/output/1/status"));
        assertEquals("incomplete", response.text("/output/2/status"));
        assertEquals(84, response.json().at("/usage/total_tokens").intValue(), "an estimate");
    }

    private static Chunk more(int index, String arguments) {
        return call(index, null, null, arguments);
    }

    private String streamed(FinishReason reason, List<Chunk> chunks) {
        testServer.chats.stream(reason, USAGE, chunks);
        return post().assertStatus(200).body();
    }

    private Response post() {
        return testServer.post("/v1/responses", """
                {"input": "Hello", "stream": true, "tools": [{"type": "web_search"}, {"type": "function", "name": "f"},
                  {"type": "custom", "name": "patch"},
                  {"type": "tool_search", "execution": "client", "description": "d", "parameters": {}},
                  {"type": "namespace", "name": "gh", "tools": [{"type": "function", "name": "find"}]}]}""");
    }

    private JsonNode response(FinishReason reason, Chunk... chunks) {
        return StreamReader.response(streamed(reason, List.of(chunks)));
    }

    /// The type and content of each item.
    private static String said(JsonNode response) {
        return response.get("output")
                .valueStream()
                .map(item -> switch (item.get("type").textValue()) {
                    case "reasoning" -> "(" + item.at("/summary/0/text").textValue() + ")";
                    case "message" -> item.at("/content/0/text").textValue();
                    case "function_call" ->
                        item.path("namespace").asText() + " " + item.get("name").textValue()
                                + item.get("arguments").textValue();
                    case "tool_search_call" -> item.get("execution").asText() + " " + item.get("arguments");
                    default ->
                        item.get("name").textValue() + " <" + item.get("input").textValue() + ">";
                })
                .collect(Collectors.joining(" | "));
    }

    @Test
    void reasoning_text_and_calls_become_items_in_order() {
        assertEquals(
                "(Hm. So) | I \"look\"\n😀 |  f{\"x\":1} | gh find{} | patch <*** a\n>",
                said(response(
                        FinishReason.TOOL_CALLS,
                        Chunk.reasoning("Hm."),
                        Chunk.reasoning(" So"),
                        Chunk.text("I "),
                        Chunk.text("\"look\"\n\ud83d"),
                        Chunk.text("\ude00"),
                        call(0, "c1", "f", ""),
                        call(1, "c2", "gh__find", "{"),
                        more(0, "{\"x\""),
                        call(2, "c3", "patch", "{\"input\": \"***"),
                        more(1, "}"),
                        more(0, ":1}"),
                        more(2, " a\\n\"}"))));
    }

    @Test
    void tool_search_call_has_object_arguments() {
        assertEquals(
                "client {\"query\":\"x\"} | client {} | Hi",
                said(response(
                        FinishReason.TOOL_CALLS,
                        call(0, "c1", "tool_search", "{\n\"query\":"),
                        call(1, "c2", "tool_search", "no JSON"),
                        more(0, " \"x\"}"),
                        Chunk.text("Hi"))));
    }

    @Test
    void calls_without_an_id_get_a_generated_id() {
        JsonNode calls = response(FinishReason.TOOL_CALLS, more(0, "{}"), call(1, "", "g", ""))
                .get("output");

        assertEquals("", calls.at("/0/name").textValue());
        assertTrue(calls.at("/0/call_id").textValue().startsWith("call_"), calls::toString);
        assertTrue(calls.at("/1/call_id").textValue().startsWith("call_"), calls::toString);
        assertEquals("{}", calls.at("/1/arguments").textValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    {"input": "a\\"b"}|a"b
                    {"input": ""}|''
                    *** Begin|*** Begin
                    {"input": 7}|{"input": 7}
                    {"input": "a", "x": 1}|{"input": "a", "x": 1}
                    {"input": "a|{"input": "a
                    """)
    void custom_tool_input_is_unwrapped(String arguments, String input) {
        assertEquals(
                "patch <" + input + ">",
                said(response(FinishReason.TOOL_CALLS, call(0, "c1", "patch", ""), more(0, arguments))));
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, completed, , completed",
        "OTHER, completed, , completed",
        "LENGTH, incomplete, max_output_tokens, incomplete",
        "CONTENT_FILTER, incomplete, content_filter, incomplete",
    })
    void finish_reason_is_translated(FinishReason reason, String status, String why, String ofItem) {
        JsonNode response = response(reason, call(0, "c1", "f", "{}"), Chunk.text("Hi"));

        assertEquals(status, response.get("status").textValue());
        assertEquals(why, response.at("/incomplete_details/reason").textValue());
        assertEquals(status.equals("completed"), response.get("completed_at").isNumber());
        assertEquals("completed", response.at("/output/0/status").textValue());
        assertEquals(ofItem, response.at("/output/1/status").textValue());
        assertTrue(response.get("error").isNull());
    }

    @Test
    void usage_is_in_the_last_event_only() {
        List<JsonNode> events = StreamReader.events(streamed(FinishReason.STOP, List.of(Chunk.text("Hi"))));

        assertTrue(events.getFirst().at("/response/usage").isNull());
        assertEquals(TestServer.json("""
                        {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
                         "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 3}, "total_tokens": 16}"""), events.getLast().at("/response/usage"));
    }

    @Test
    void chunk_usage_wins_and_other_choices_are_ignored() {
        var other = new Piece(1, new Delta("other", "", List.of(), Extras.NONE), null, Extras.NONE);
        JsonNode response = response(
                FinishReason.STOP, Chunk.text("Hi"), new Chunk(List.of(other), new TokenUsage(1, 2, 3), Extras.NONE));

        assertEquals("Hi", said(response));
        assertEquals(3, response.at("/usage/total_tokens").intValue());
    }

    @ParameterizedTest
    @CsvSource({
        "LENGTH, incomplete completed incomplete",
        "STOP, completed completed completed",
    })
    void truncated_calls_are_incomplete_unless_finished_normally(FinishReason reason, String states) {
        JsonNode output = response(
                        reason,
                        call(0, "c1", "f", "{\"a\""),
                        call(1, "c2", "f", "{}"),
                        call(2, "c3", "patch", "{\"inp"))
                .get("output");

        assertEquals(
                states,
                output.valueStream().map(item -> item.get("status").textValue()).collect(Collectors.joining(" ")));
    }

    @Test
    void interrupted_stream_fails_with_the_items_that_were_added() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.servedBy());
            sink.accept(Chunk.text("Hi"));
            sink.accept(call(0, "c1", "f", "{\"a\""));
            sink.accept(call(1, "c2", "f", "{}"));
            sink.accept(new Chunk(List.of(), USAGE, Extras.NONE));
            throw new StreamInterruptedException("the upstream closed", List.of());
        });
        JsonNode response = StreamReader.response(post().body());

        assertEquals("failed", response.get("status").textValue());
        assertEquals("server_error", response.at("/error/code").textValue());
        assertEquals("the upstream closed", response.at("/error/message").textValue());
        assertEquals("Hi |  f{\"a\"", said(response));
        assertEquals("completed", response.at("/output/0/status").textValue());
        assertEquals("incomplete", response.at("/output/1/status").textValue());
        assertEquals(16, response.at("/usage/total_tokens").intValue(), "as reported so far");
    }

    @Test
    void refusal_is_a_separate_content_part() {
        JsonNode response = response(FinishReason.STOP, refusal("\"I \""), refusal("\"cannot\""));

        assertEquals(
                TestServer.json("[{\"type\":\"refusal\",\"refusal\":\"I cannot\"}]"), response.at("/output/0/content"));
        assertEquals("completed", response.get("status").textValue());
    }
}
