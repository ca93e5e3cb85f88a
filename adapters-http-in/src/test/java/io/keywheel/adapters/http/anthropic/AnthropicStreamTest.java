package io.keywheel.adapters.http.anthropic;

import static io.keywheel.adapters.http.answers.RandomAnswer.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A streamed answer of Anthropic's API.
class AnthropicStreamTest {

    private static final TokenUsage USAGE = new TokenUsage(50, 20, 70, 30L, 8L, Extras.NONE);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private List<JsonNode> streamed(FinishReason reason, Chunk... chunks) {
        testServer.chats.stream(reason, USAGE, List.of(chunks));
        return events(testServer.post(Messages.PATH, Messages.STREAM).assertStatus(200));
    }

    private static List<JsonNode> events(Response response) {
        return Messages.events(response.body());
    }

    @Test
    void events_are_named_and_message_delta_has_the_exact_usage() {
        testServer.chats.stream(FinishReason.STOP, USAGE, List.of(Chunk.text("Hi \"you\"\n"), Chunk.text("😀 é")));
        var response = testServer.post(Messages.PATH, Messages.STREAM, "X-Request-Id: r1");

        response.assertHeader("request-id", "r1").assertHeader("X-Keywheel-Key", "cerebras/1");
        String id = events(response).getFirst().at("/message/id").textValue();
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
                "message_start | start 0 thinking | delta 0 hm | stop 0"
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
