package io.keywheel.adapters.http.anthropic;

import static io.keywheel.adapters.http.answers.RandomAnswer.call;
import static io.keywheel.adapters.http.answers.RandomAnswer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.adapters.http.answers.RandomAnswer;
import io.keywheel.adapters.http.answers.RandomAnswer.Expected;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            for (Chunk chunk : chunks) {
                sink.accept(chunk);
            }
            return new Answer(Completion.streamed(reason, USAGE), Samples.serving());
        });
        return events(testServer.post(Messages.PATH, Messages.STREAM).assertStatus(200));
    }

    private static List<JsonNode> events(Response response) {
        return Messages.events(response.body());
    }

    @Test
    void sends_each_event_under_its_name_and_the_exact_cost_last() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("Hi \"you\"\n"));
            sink.accept(Chunk.text("😀 é"));
            return new Answer(Completion.streamed(FinishReason.STOP, USAGE), Samples.serving());
        });
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
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\uD83D\\uDE00 é"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":30,"output_tokens":20,"output_tokens_details":{"thinking_tokens":8}}}

                event: message_stop
                data: {"type":"message_stop"}

                """, response.body().replace(id, "msg_#"));
    }

    @Test
    void streams_the_calls_of_a_well_behaved_upstream_as_they_come() {
        var events = streamed(
                FinishReason.TOOL_CALLS,
                Chunk.reasoning("hm"),
                call(0, "c1", "f", ""),
                call(0, null, null, "{\"a\":"),
                call(0, null, null, "1}"),
                call(1, "c2", "g", "{}"));

        assertEquals(
                List.of(
                        "message_start",
                        "start 0 thinking",
                        "delta 0 hm",
                        "stop 0",
                        "start 1 tool_use c1 f",
                        "delta 1 {\"a\":",
                        "delta 1 1}",
                        "stop 1",
                        "start 2 tool_use c2 g",
                        "delta 2 {}",
                        "stop 2",
                        "message_delta tool_use",
                        "message_stop"),
                events.stream().map(Messages::inShort).toList());
    }

    @Test
    void takes_a_second_call_under_the_same_index_for_another_and_names_those_without_an_id() {
        var events = streamed(
                FinishReason.STOP, call(0, "c1", "f", "{}"), call(0, "c2", "f", "{}"), call(1, null, "g", "{}"));

        List<String> starts = events.stream()
                .map(Messages::inShort)
                .filter(event -> event.startsWith("start"))
                .toList();
        assertEquals(List.of("start 0 tool_use c1 f", "start 1 tool_use c2 f"), starts.subList(0, 2));
        assertTrue(starts.get(2).matches("start 2 tool_use toolu_\\S+_2 g"), starts::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "no json", "\"{}\"", "nul"})
    void wraps_arguments_that_are_no_object_so_that_clients_can_read_them(String arguments) {
        int half = arguments.length() / 2;
        var events = streamed(
                FinishReason.TOOL_CALLS,
                call(0, "c1", "f", arguments.substring(0, half)),
                call(0, null, null, arguments.substring(half)),
                call(1, "c2", "f", " "));

        String json = Messages.inShort(events.get(2)).substring("delta 0 ".length());
        assertEquals(arguments, TestServer.json(json).path("INVALID_JSON").textValue(), json);
        assertEquals(
                List.of("start 1 tool_use c2 f", "delta 1 {}", "stop 1"),
                events.subList(4, 7).stream().map(Messages::inShort).toList());
    }

    @Test
    void waits_for_the_name_of_a_call_and_drops_what_follows_its_end() {
        var events = streamed(
                FinishReason.TOOL_CALLS,
                call(0, "c1", null, "{\"a\":"),
                call(0, null, "f", "2}"),
                Chunk.text("t"),
                call(0, null, null, " "));

        assertEquals(
                List.of("start 0 tool_use c1 f", "delta 0 {\"a\":2}", "stop 0", "start 1 text", "delta 1 t", "stop 1"),
                events.subList(1, 7).stream().map(Messages::inShort).toList());
    }

    @Test
    void ignores_other_choices_and_estimates_a_cost_that_is_not_reported() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            var other = new Piece(1, new Delta("no", "", List.of(), Extras.NONE), null, Extras.NONE);
            var one = new Piece(0, new Delta("12345678", "", List.of(), Extras.NONE), null, Extras.NONE);
            sink.accept(new Chunk(List.of(other), null, Extras.NONE));
            sink.accept(new Chunk(List.of(one), null, Extras.NONE));
            return new Answer(Completion.streamed(FinishReason.LENGTH, null), Samples.serving());
        });
        var events = events(testServer.post(Messages.PATH, Messages.STREAM));
        JsonNode end = events.get(events.size() - 2);

        assertEquals(6, events.size());
        assertEquals("max_tokens", end.at("/delta/stop_reason").textValue());
        assertEquals(82, end.at("/usage/input_tokens").intValue());
        assertEquals(2, end.at("/usage/output_tokens").intValue());
    }

    @Test
    void ends_a_broken_answer_with_an_error_event() {
        testServer.chats.breakOff("Hel", new StreamInterruptedException("the upstream closed", List.of()));
        var response = testServer.post(Messages.PATH, Messages.STREAM, "X-Request-Id: r1");

        assertTrue(response.body().endsWith("""
                event: error
                data: {"type":"error","error":{"type":"api_error","message":"the upstream closed"},"request_id":"r1"}

                """), response.body());
        assertTrue(!response.body().contains("message_stop"), response.body());
    }

    @Test
    void says_a_refusal_as_text_and_as_its_reason() {
        var events = streamed(FinishReason.STOP, refusal("\"I \""), refusal("\"cannot\""));

        assertEquals(
                List.of("start 0 text", "delta 0 I cannot", "stop 0", "message_delta refusal"),
                events.subList(1, 5).stream().map(Messages::inShort).toList());
    }

    /// Text, reasoning and calls come in any order, mixed and cut anywhere.
    @Test
    void any_interleaving_gives_one_open_block_at_a_time_and_the_exact_contents() {
        for (int seed = 0; seed < 300; seed++) {
            var upstream = new RandomAnswer(seed);
            var events = streamed(FinishReason.TOOL_CALLS, upstream.chunks().toArray(Chunk[]::new));
            var heard = new Heard();
            events.forEach(heard::take);

            assertEquals(upstream.blocks().stream().map(Heard::expected).toList(), heard.blocks(), "seed " + seed);
            assertEquals("message_stop", events.getLast().path("type").textValue());
        }
    }

    /// What a client makes of the events. It bears no event out of place.
    private static final class Heard {

        private final List<JsonNode> blocks = new ArrayList<>();
        private final List<StringBuilder> contents = new ArrayList<>();
        private boolean open;

        private void take(JsonNode event) {
            switch (event.path("type").textValue()) {
                case "content_block_start" -> {
                    assertTrue(!open, "one block at a time");
                    assertEquals(blocks.size(), event.path("index").intValue());
                    blocks.add(event.path("content_block"));
                    contents.add(new StringBuilder());
                    open = true;
                }
                case "content_block_delta" -> {
                    assertTrue(open, "a delta of an open block");
                    assertEquals(blocks.size() - 1, event.path("index").intValue());
                    JsonNode delta = event.path("delta");
                    contents.getLast()
                            .append(delta.path("text").asText())
                            .append(delta.path("thinking").asText())
                            .append(delta.path("partial_json").asText());
                }
                case "content_block_stop" -> {
                    assertTrue(open, "an open block ends");
                    assertEquals(blocks.size() - 1, event.path("index").intValue());
                    open = false;
                }
                default -> assertTrue(!open, "nothing within a block");
            }
        }

        private List<String> blocks() {
            return IntStream.range(0, blocks.size())
                    .mapToObj(i -> said(blocks.get(i), contents.get(i).toString()))
                    .toList();
        }

        private static String said(JsonNode block, String content) {
            String id = block.path("id").asText();
            return block.path("type").asText() + " " + (id.startsWith("toolu_") ? "null" : id) + " "
                    + block.path("name").asText() + " " + content;
        }

        private static String expected(Expected block) {
            String content = block.content();
            return switch (block.kind()) {
                case REASONING -> "thinking   " + content;
                case TEXT, REFUSAL -> "text   " + content;
                case CALL ->
                    "tool_use " + block.id() + " " + block.name() + " "
                            + (content.startsWith("{") ? content : "{\"INVALID_JSON\":\"" + content + "\"}");
            };
        }
    }
}
