package io.keywheel.adapters.http.anthropic;

import static io.keywheel.adapters.http.answers.RandomAnswer.call;
import static io.keywheel.adapters.http.answers.RandomAnswer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.client.ClientRule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of Anthropic's API, whole and streamed, and the count of tokens.
class MessageTest {

    private static final TokenUsage USAGE = new TokenUsage(50, 20, 70, 30L, 8L, Extras.NONE);
    private static final String COUNT = Messages.PATH + "/count_tokens";

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private Response answered(Content content, FinishReason reason, Extras extras, @Nullable TokenUsage usage) {
        var choice = new Choice(0, content, reason, extras);
        testServer.chats.answer(new Completion(List.of(choice), usage, Extras.NONE));
        return testServer.post(Messages.PATH, Messages.HELLO, "X-Request-Id: r1");
    }

    @Test
    void message_has_thinking_text_tool_use_and_usage() {
        var content = new Content("Hi", "hm", List.of(new ToolCall("c1", "f", "{\"x\": 1.10}")), Extras.NONE);
        var response = answered(content, FinishReason.TOOL_CALLS, Extras.NONE, USAGE);

        assertEquals(
                TestServer.json("""
                        {"id": "#", "type": "message", "role": "assistant", "model": "gpt-oss-120b",
                         "content": [{"type": "thinking", "thinking": "hm", "signature": "keywheel"}, {"type": "text", "text": "Hi"},
                           {"type": "tool_use", "id": "c1", "name": "f", "input": {"x": 1.10}, "caller": {"type": "direct"}}],
                         "stop_reason": "tool_use", "stop_sequence": null, "stop_details": null, "container": null,
                         "usage": {"input_tokens": 20, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 30,
                           "output_tokens": 20, "output_tokens_details": {"thinking_tokens": 8}}}""".replace("#", response.text("/id"))),
                response.assertStatus(200).json());
        assertTrue(response.body().contains("{\"x\":1.10}"), response.body());
        response.assertHeader("request-id", "r1")
                .assertHeader("X-Keywheel-Provider", "cerebras")
                .assertHeader("X-Keywheel-Attempts", "cerebras/1:ok");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    STOP           | 0 |                              | end_turn
                    STOP           | 1 |                              | tool_use
                    OTHER          | 0 |                              | end_turn
                    OTHER          | 0 | 'eos'                        | end_turn
                    OTHER          | 0 | 'model_context_window_exceeded' | model_context_window_exceeded
                    STOP           | 0 | 'stop_sequence'              | stop_sequence
                    LENGTH         | 0 |                              | max_tokens
                    LENGTH         | 1 |                              | max_tokens
                    TOOL_CALLS     | 1 |                              | tool_use
                    TOOL_CALLS     | 0 |                              | end_turn
                    CONTENT_FILTER | 0 |                              | refusal
                    """)
    void finish_reason_is_translated(FinishReason reason, int calls, @Nullable String upstream, String said) {
        var content =
                new Content("Hi", null, calls == 0 ? List.of() : List.of(new ToolCall("c", "f", "{}")), Extras.NONE);
        var extras = upstream == null ? Extras.NONE : Extras.of("finish_reason", upstream.replace('\'', '"'));

        assertEquals(said, answered(content, reason, extras, USAGE).text("/stop_reason"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'a':{'b':[1]}}  | {'a':{'b':[1]}}
                                     | {}
                    [1]              | {'INVALID_JSON':'[1]'}
                    {'a':            | {'INVALID_JSON':'{\\'a\\':'}
                    """)
    void tool_use_input_is_always_an_object(@Nullable String arguments, String input) {
        var call = new ToolCall("", "f", arguments == null ? "" : arguments.replace('\'', '"'));
        JsonNode block = answered(
                        new Content("", null, List.of(call), Extras.NONE), FinishReason.TOOL_CALLS, Extras.NONE, USAGE)
                .json()
                .at("/content/0");

        assertEquals(input, block.path("input").toString().replace('"', '\''));
        assertTrue(block.path("id").textValue().matches("toolu_[0-9a-f]{32}_0"), block::toString);
    }

    /// A client may reuse one request id for all requests.
    @Test
    void message_ids_differ_for_equal_request_ids() {
        var one = answered(Content.of("Hi"), FinishReason.STOP, Extras.NONE, USAGE);
        var other = answered(Content.of("Hi"), FinishReason.STOP, Extras.NONE, USAGE);

        assertNotEquals(one.text("/id"), other.text("/id"));
        one.assertHeader("request-id", "r1");
    }

    @Test
    void refusal_becomes_text_and_stop_reason_refusal() {
        var content = new Content("", null, List.of(), Extras.of("refusal", "\"I cannot\""));
        var response = answered(content, FinishReason.STOP, Extras.NONE, USAGE);

        assertEquals("I cannot", response.text("/content/0/text"));
        assertEquals("refusal", response.text("/stop_reason"));
        var events = streamed(FinishReason.STOP, refusal("\"I \""), refusal("\"cannot\""));
        assertEquals(
                "start 0 text | delta 0 I cannot | stop 0 | message_delta refusal",
                Messages.inShort(events.subList(1, 5)));
    }

    @Test
    void missing_usage_is_estimated_and_empty_content_is_allowed() {
        var content = new Content("", "12345678", List.of(new ToolCall("c", "four", "{}")), Extras.NONE);
        var usage =
                answered(content, FinishReason.STOP, Extras.NONE, null).json().path("usage");
        var silent = answered(Content.of(""), FinishReason.LENGTH, Extras.NONE, USAGE)
                .json();

        assertEquals(82, usage.path("input_tokens").intValue());
        assertEquals(4, usage.path("output_tokens").intValue());
        assertTrue(usage.path("output_tokens_details").isMissingNode());
        assertEquals(0, silent.path("content").size());
    }

    @Test
    void tool_calls_use_the_clients_tool_names() {
        String tools = "{\"tools\":[{\"name\":\"a b\",\"input_schema\":{}}],";
        var content = new Content("", null, List.of(new ToolCall("c1", "a_b", "{}")), Extras.NONE);
        testServer.chats.answer(Completion.of(content, FinishReason.TOOL_CALLS, USAGE));
        var whole = testServer.post(Messages.PATH, tools + Messages.HELLO.substring(1));

        assertEquals("a b", whole.text("/content/0/name"));
    }

    @Test
    void disabled_thinking_leaves_out_the_thinking_block() {
        String disabled = "{\"thinking\":{\"type\":\"disabled\"},";
        testServer.chats.answer(
                Completion.of(new Content("Hi", "hm", List.of(), Extras.NONE), FinishReason.STOP, USAGE));
        var whole = testServer.post(Messages.PATH, disabled + Messages.HELLO.substring(1));
        testServer.chats.stream(FinishReason.STOP, USAGE, List.of(Chunk.reasoning("hm"), Chunk.text("Hi")));
        var stream = testServer.post(Messages.PATH, disabled + Messages.STREAM.substring(1));

        assertEquals(
                TestServer.json("[{\"type\":\"text\",\"text\":\"Hi\"}]"),
                whole.json().path("content"));
        assertEquals(
                "message_start | start 0 text | delta 0 Hi | stop 0 | message_delta end_turn | message_stop",
                Messages.inShort(stream.events()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2023-06-01", "2026-10-21", "x"})
    void any_anthropic_version_and_beta_header_is_accepted(String version) {
        testServer.chats.answer("Hi");

        testServer
                .post(
                        Messages.PATH + "?beta=true",
                        Messages.HELLO,
                        "anthropic-version: " + version,
                        "anthropic-beta: a-2025-01-01,b")
                .assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "gpt-oss-120b", "groq/anything"})
    void token_count_makes_no_upstream_call(String model) {
        testServer.chats.commands().clear();

        var response =
                testServer.post(COUNT, Messages.HELLO.replace("auto", model).replace("\"max_tokens\":9,", ""));

        assertEquals(82, response.assertStatus(200).json().path("input_tokens").intValue());
        assertEquals(List.of(), testServer.chats.commands());
    }

    @Test
    void token_count_ignores_fields_of_the_answer() {
        testServer
                .post(COUNT, Messages.HELLO.replaceFirst("\\{", "{\"fallback\":\"no\",\"temperature\":9,"))
                .assertStatus(200);
    }

    @Test
    void token_count_is_refused_for_a_forbidden_model() {
        try (var refusing = new TestServer()) {
            refusing.chats.refuse(ClientRefusedException.notAllowed("alice", "smart", ClientRule.UNLIMITED));

            var response = refusing.post(COUNT, Messages.HELLO).assertStatus(403);

            assertEquals("permission_error", response.text("/error/type"));
        }
    }

    private List<JsonNode> streamed(FinishReason reason, Chunk... chunks) {
        testServer.chats.stream(reason, USAGE, List.of(chunks));
        return testServer.post(Messages.PATH, Messages.STREAM).assertStatus(200).events();
    }

    @Test
    void events_are_named_and_message_delta_has_the_exact_usage() {
        testServer.chats.stream(FinishReason.STOP, USAGE, List.of(Chunk.text("Hi \"you\"\n"), Chunk.text("😀 é")));
        var response = testServer.post(Messages.PATH, Messages.STREAM, "X-Request-Id: r1");

        response.assertHeader("request-id", "r1").assertHeader("X-Keywheel-Key", "cerebras/1");
        String id = response.events().getFirst().at("/message/id").textValue();
        assertTrue(id.matches("msg_[0-9a-f]{32}"), id);
        assertEquals("""
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_#","type":"message","role":"assistant","model":"gpt-oss-120b","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,"usage":{"input_tokens":82,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi \\"you\\"\\n"}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"😀 é"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":30,"output_tokens":20,"output_tokens_details":{"thinking_tokens":8}}}

                event: message_stop
                data: {"type":"message_stop"}

                """, response.body().replace(id, "msg_#"));
    }

    @Test
    void sequential_call_fragments_are_streamed_unbuffered() {
        var events = streamed(
                FinishReason.TOOL_CALLS,
                Chunk.reasoning("hm"),
                call(0, "c1", "f", ""),
                call(0, null, null, "{\"a\":"),
                call(0, null, null, "1}"),
                call(1, "c2", "g", "{}"));

        assertEquals(
                "message_start | start 0 thinking | delta 0 hm | delta 0 keywheel | stop 0"
                        + " | start 1 tool_use c1 f | delta 1 {\"a\": | delta 1 1} | stop 1"
                        + " | start 2 tool_use c2 g | delta 2 {} | stop 2 | message_delta tool_use | message_stop",
                Messages.inShort(events));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "no json", "\"{}\"", "nul"})
    void non_object_arguments_are_wrapped_as_invalid_json(String arguments) {
        int half = arguments.length() / 2;
        var events = streamed(
                FinishReason.TOOL_CALLS,
                call(0, "c1", "f", arguments.substring(0, half)),
                call(0, null, null, arguments.substring(half)),
                call(1, "c2", "f", " "));

        String json = events.get(2).at("/delta/partial_json").textValue();
        assertEquals(arguments, TestServer.json(json).path("INVALID_JSON").textValue(), json);
        assertEquals("start 1 tool_use c2 f | delta 1 {} | stop 1", Messages.inShort(events.subList(4, 7)));
    }

    @Test
    void interrupted_stream_ends_with_an_error_event() {
        testServer.chats.breakOff("Hel", new StreamInterruptedException("the upstream closed", List.of()));
        var response = testServer.post(Messages.PATH, Messages.STREAM, "X-Request-Id: r1");

        assertTrue(response.body().endsWith("""
                event: error
                data: {"type":"error","error":{"type":"api_error","message":"the upstream closed"},"request_id":"r1"}

                """), response.body());
        assertTrue(!response.body().contains("message_stop"), response.body());
    }
}
