package io.keywheel.adapters.http.responses;

import static io.keywheel.adapters.http.answers.RandomAnswer.call;
import static io.keywheel.adapters.http.answers.RandomAnswer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A streamed answer of OpenAI's Responses API.
class ResponsesStreamTest {

    private static final TokenUsage USAGE = new TokenUsage(9, 7, 16, 4L, 3L, Extras.NONE);

    @AutoClose
    private final TestServer testServer = new TestServer();

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
                    case "function_call" -> {
                        String namespace =
                                item.has("namespace") ? item.get("namespace").textValue() + "." : "";
                        yield namespace + " " + item.get("name").textValue()
                                + item.get("arguments").textValue();
                    }
                    case "tool_search_call" -> item.get("execution").asText() + " " + item.get("arguments");
                    default ->
                        item.get("name").textValue() + " <" + item.get("input").textValue() + ">";
                })
                .collect(Collectors.joining(" | "));
    }

    @Test
    void stream_has_headers_and_the_time_of_creation() {
        testServer.chats.answer("Hi");
        Response response = post().assertStatus(200)
                .assertHeader("Content-Type", "text/event-stream; charset=utf-8")
                .assertHeader("X-Keywheel-Dropped", "web_search")
                .assertHeader("X-Keywheel-Provider", "cerebras");

        assertEquals(
                1795608000,
                StreamReader.response(response.body()).get("created_at").intValue());
    }

    @Test
    void reasoning_text_and_calls_become_items_in_order() {
        assertEquals(
                "(Hm. So) | I \"look\"\n😀 |  f{\"x\":1} | gh. find{} | patch <*** a\n>",
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
    void length_finish_without_content_has_no_items() {
        JsonNode response = response(FinishReason.LENGTH);

        assertEquals("incomplete", response.get("status").textValue());
        assertTrue(response.get("output").isEmpty());
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
            sink.open(Samples.serving());
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
