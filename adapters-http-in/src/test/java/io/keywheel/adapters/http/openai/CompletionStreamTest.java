package io.keywheel.adapters.http.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.OpenAi;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A streamed answer of OpenAI's API.
class CompletionStreamTest {

    private static final Extras HEAD = OpenAi.extras("'id':'c-9','created':7,'model':'m'");
    private static final Delta NOTHING = new Delta("", "", List.of(), Extras.NONE);
    private static final TokenUsage USAGE = new TokenUsage(1, 2, 3, null, null, OpenAi.extras("'queue_time':0.10"));

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private static Chunk chunk(Delta delta, @Nullable FinishReason reason) {
        return new Chunk(List.of(new Piece(0, delta, reason, Extras.NONE)), null, HEAD);
    }

    private static Chunk words(String text) {
        return chunk(new Delta(text, "", List.of(), Extras.NONE), null);
    }

    private static Chunk calls(ToolCallPart... parts) {
        return chunk(new Delta("", "", List.of(parts), Extras.NONE), null);
    }

    private static Chunk end(@Nullable TokenUsage usage) {
        var piece = new Piece(0, NOTHING, FinishReason.STOP, Extras.NONE);
        return new Chunk(List.of(piece), usage, HEAD);
    }

    private Response streamed(Chunk... chunks) {
        return streamed(OpenAi.STREAM, chunks);
    }

    private Response streamed(String request, Chunk... chunks) {
        testServer.chats.stream(FinishReason.STOP, USAGE, List.of(chunks));
        return testServer.post(OpenAi.COMPLETIONS, request).assertStatus(200);
    }

    @Test
    void stream_ends_with_done() {
        String head = "data: {'id':'c-9','object':'chat.completion.chunk','created':7,'model':'m','choices':";
        var response = streamed(words("Hel"), words("lo\n\t"), end(null))
                .assertHeader("Content-Type", "text/event-stream; charset=utf-8");

        assertEquals(
                head + "[{'index':0,'delta':{'role':'assistant','content':'Hel'},'finish_reason':null}]}\n\n" + head
                        + "[{'index':0,'delta':{'content':'lo\\n\\t'},'finish_reason':null}]}\n\n" + head
                        + "[{'index':0,'delta':{},'finish_reason':'stop'}]}\n\ndata: [DONE]\n\n",
                response.body().replace('"', '\''));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "caf\u00e9 \u4e16", "\uD83D\uDE00", "a\"b\\c\n\t\u0001\u007f\u2028", "'/<>"})
    void repeated_chunks_are_written_identically(String text) {
        var events = OpenAi.events(streamed(words(text), words(text), words(text), words(text)));

        assertEquals(
                text,
                TestServer.json(events.get(1)).at("/choices/0/delta/content").textValue());
        assertEquals(List.of(events.get(1), events.get(1)), events.subList(2, 4));
    }

    @Test
    void chunks_with_other_fields_do_not_reuse_the_template() {
        var other = OpenAi.extras("'id':'c-9','created':7,'model':'m','x':1");
        var d = new Delta("d", "", List.of(), Extras.NONE);
        var chunks = streamed(
                        words("a"),
                        words("b"),
                        words("c"),
                        new Chunk(List.of(new Piece(0, d, null, Extras.NONE)), null, other),
                        new Chunk(List.of(new Piece(1, d, null, Extras.NONE)), null, other),
                        chunk(d, FinishReason.STOP))
                .events();

        assertEquals(
                List.of(false, false, false, true, true, false),
                chunks.stream().map(chunk -> chunk.has("x")).toList());
        assertEquals(1, chunks.get(4).at("/choices/0/index").intValue());
        assertEquals("stop", chunks.get(5).at("/choices/0/finish_reason").textValue());
    }

    @Test
    void chunk_that_adds_nothing_is_not_sent() {
        var chunks =
                streamed(Chunk.NOTHING, words("a"), Chunk.NOTHING, end(null)).events();

        assertEquals(2, chunks.size());
    }

    @Test
    void oversized_chunk_metadata_is_not_repeated() {
        var large = OpenAi.extras("'id':'" + "x".repeat(500_000) + "'");
        var first = new Chunk(words("a").pieces(), null, large);
        var second = new Chunk(words("b").pieces(), null, Extras.NONE);

        List<String> events = OpenAi.events(streamed(first, second));

        assertTrue(events.get(1).length() < 1000, () -> events.get(1).length() + " characters");
    }

    /// Groq sends a tool call in one chunk, whatever the length of its arguments.
    @Test
    void large_first_chunk_keeps_its_id() {
        var first = calls(new ToolCallPart(0, "call_1", "write", "x".repeat(20_000)));

        assertEquals(
                "{\"id\":\"c-9\",", OpenAi.events(streamed(first)).getFirst().substring(0, 12));
    }

    /// Like Azure's, the first chunk has no choice.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'id':'c-9','created':7,'model':'m' | c-9
                    'id':'c-9' | c-9
                    'id':null,'created':7 | chatcmpl-
                    'x':1 | chatcmpl-
                    """)
    void all_chunks_share_id_and_model_of_the_first_with_a_choice(String first, String id) {
        Chunk[] all = Stream.of("'id':'','model':''", first, "'x':1", "'x':1", "'x':1", "'id':'c-10','model':'n'")
                .map(OpenAi::extras)
                .map(extras -> new Chunk(words("a").pieces(), null, extras))
                .toArray(Chunk[]::new);
        all[0] = new Chunk(List.of(), null, all[0].extras());
        List<String> heads = OpenAi.events(streamed(OpenAi.STREAM_WITH_USAGE, all)).stream()
                .map(event -> event.substring(0, event.indexOf("choices")).replace('"', '\''))
                .toList();

        assertEquals(
                List.of(8, 2L), List.of(heads.size(), heads.stream().distinct().count()), heads::toString);
        assertTrue(heads.get(0).contains("'id':'','"), heads::toString);
        assertTrue(heads.get(1).startsWith("{'id':'" + id), heads::toString);
    }

    @Test
    void tool_call_fragments_are_streamed() {
        var chunks = streamed(
                        calls(new ToolCallPart(0, "c1", "f", "")),
                        calls(new ToolCallPart(0, null, null, "{}")),
                        calls(new ToolCallPart(1, "c2", null, "", OpenAi.extras("'type':'custom'"))))
                .events();

        assertEquals(
                TestServer.json("""
                        [{"role": "assistant", "tool_calls":
                          [{"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}}]},
                         {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
                         {"tool_calls": [{"index": 1, "id": "c2", "type": "custom"}]}]"""),
                TestServer.json(chunks.subList(0, 3).stream()
                        .map(chunk -> chunk.at("/choices/0/delta"))
                        .toList()
                        .toString()));
    }

    @Test
    void unknown_upstream_fields_are_forwarded() {
        var delta = new Delta("", "We", List.of(), OpenAi.extras("'role':'assistant','channel':'analysis'"));
        var piece = new Piece(0, delta, null, OpenAi.extras("'logprobs':null"));
        var extras = OpenAi.extras("'id':'c','created':1,'model':'m','x_groq':{'seed':1.10}");

        assertEquals(
                "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,"
                        + "'delta':{'role':'assistant','reasoning':'We','channel':'analysis'},"
                        + "'finish_reason':null,'logprobs':null}],'x_groq':{'seed':1.10}}",
                OpenAi.events(streamed(new Chunk(List.of(piece), null, extras)))
                        .getFirst()
                        .replace('"', '\''));
    }

    /// OpenRouter and Ollama repeat the role, and OpenAI's library for Python joins the values of a text field.
    @ParameterizedTest
    @ValueSource(strings = {"null", "\"assistant\""})
    void role_is_sent_once_per_choice(String upstream) {
        var a = new Piece(0, new Delta("a", "", List.of(), Extras.NONE), null, Extras.NONE);
        var b = new Piece(1, new Delta("b", "", List.of(), Extras.of("role", upstream)), null, Extras.NONE);
        var chunks = streamed(new Chunk(List.of(a, b), null, HEAD), new Chunk(List.of(b), null, HEAD))
                .events();

        assertEquals("assistant", chunks.get(0).at("/choices/0/delta/role").textValue());
        assertEquals("assistant", chunks.get(0).at("/choices/1/delta/role").textValue());
        assertTrue(chunks.get(1).at("/choices/0/delta/role").isMissingNode());
    }

    @Test
    void line_breaks_in_extra_fields_do_not_split_an_event() {
        var odd = new Chunk(List.of(), null, OpenAi.extras("'odd':{\n'a':\r\n1}"));

        assertEquals(1, streamed(odd).events().getFirst().at("/odd/a").intValue());
    }

    @Test
    void missing_finish_reason_is_added_as_stop() {
        List<JsonNode> chunks = streamed(words("Hi")).events();

        assertEquals(2, chunks.size());
        assertEquals("stop", chunks.get(1).at("/choices/0/finish_reason").textValue());
        assertEquals("c-9", chunks.get(1).path("id").textValue());
    }

    @Test
    void each_choice_gets_the_finish_reason_that_the_upstream_does_not_report() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.servedBy());
            sink.accept(words("Hi"));
            sink.accept(new Chunk(List.of(new Piece(1, NOTHING, null, Extras.NONE)), null, HEAD));
            sink.accept(end(null));
            var reasons = new TreeMap<>(Map.of(0, FinishReason.STOP, 1, FinishReason.TOOL_CALLS));
            return new Answer(Completion.streamed(reasons, null), Samples.servedBy());
        });
        List<JsonNode> chunks =
                testServer.post(OpenAi.COMPLETIONS, OpenAi.STREAM).events();

        assertEquals(
                List.of("stop", "tool_calls"),
                chunks.subList(2, chunks.size()).stream()
                        .map(chunk -> chunk.at("/choices/0/finish_reason").textValue())
                        .toList());
        assertEquals(1, chunks.getLast().at("/choices/0/index").intValue());
    }

    @Test
    void interrupted_stream_ends_with_an_error_without_done() {
        testServer.chats.breakOff("Hel", new StreamInterruptedException("the upstream closed", List.of()));
        var response = testServer.post(OpenAi.COMPLETIONS, OpenAi.STREAM);

        assertEquals(TestServer.json("""
                        {"error": {"message": "the upstream closed", "type": "server_error",
                         "param": null, "code": "interrupted"}}"""), response.events().getLast());
        assertFalse(response.body().contains("[DONE]"), response.body());
    }

    /// Providers report usage in the last piece, after it, in both, or not in a chunk.
    static Stream<List<Chunk>> endings() {
        var own = new Chunk(List.of(), USAGE, HEAD);
        return Stream.of(List.of(end(USAGE)), List.of(end(null), own), List.of(end(USAGE), own), List.of(end(null)));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void usage_is_sent_once_at_the_end_and_only_on_request(List<Chunk> ending) {
        Chunk[] all = Stream.concat(Stream.of(words("Hi")), ending.stream()).toArray(Chunk[]::new);
        List<JsonNode> asked = streamed(OpenAi.STREAM_WITH_USAGE, all).events();
        List<JsonNode> unasked = streamed(all).events();

        assertEquals(3, asked.size());
        assertTrue(
                asked.get(0).path("usage").isNull()
                        && asked.get(1).path("usage").isNull(),
                asked::toString);
        assertEquals(TestServer.json("""
                        {"id": "c-9", "object": "chat.completion.chunk", "created": 7, "model": "m", "choices": [],
                         "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "queue_time": 0.10}}"""), asked.get(2));
        assertEquals(2, unasked.size());
        unasked.forEach(chunk -> assertTrue(chunk.path("usage").isMissingNode(), unasked::toString));
    }
}
