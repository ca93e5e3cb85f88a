package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A streamed answer of OpenAI's API.
class CompletionStreamTest {

    private static final Extras HEAD = OpenAi.extras("id", "\"c-9\"", "created", "7", "model", "\"m\"");

    @AutoClose
    private final TestServer testServer = new TestServer();

    private static Chunk chunk(Delta delta, @Nullable FinishReason reason) {
        return new Chunk(List.of(new Piece(0, delta, reason, Extras.NONE)), null, HEAD);
    }

    private static Delta words(String text) {
        return new Delta(text, "", List.of(), Extras.NONE);
    }

    private static Delta calls(ToolCallPart... parts) {
        return new Delta("", "", List.of(parts), Extras.NONE);
    }

    private Response streamed(Chunk... chunks) {
        return streamed(OpenAi.STREAM, null, chunks);
    }

    private Response streamed(String request, @Nullable TokenUsage usage, Chunk... chunks) {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            List.of(chunks).forEach(sink::accept);
            return new Answer(Completion.streamed(FinishReason.STOP, usage), Samples.serving());
        });
        var response = testServer.post(OpenAi.COMPLETIONS, request);
        response.assertStatus(200);
        return response;
    }

    @Test
    void sends_chunks_and_the_end_mark() {
        var response =
                streamed(chunk(words("Hel"), null), chunk(words("lo\n\""), null), chunk(words(""), FinishReason.STOP));

        assertEquals(
                "data: {\"id\":\"c-9\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"finish_reason\":null}]}\n\n"
                        + "data: {\"id\":\"c-9\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"delta\":{\"content\":\"lo\\n\\\"\"},\"finish_reason\":null}]}\n\n"
                        + "data: {\"id\":\"c-9\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":"
                        + "[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                        + "data: [DONE]\n\n",
                response.body());
        response.assertHeader("Content-Type", "text/event-stream; charset=utf-8");
    }

    @Test
    void sends_each_chunk_before_the_next_is_there() {
        var mayGoOn = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("first"));
            Await.latch(mayGoOn);
            return Samples.stream(_ -> {});
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post(OpenAi.COMPLETIONS, OpenAi.STREAM));

            String seen = client.readUntil("}]}\n\n");
            mayGoOn.countDown();

            assertTrue(seen.contains("\"content\":\"first\""), seen);
            client.readUntil("[DONE]");
        }
    }

    @Test
    void sends_chunks_that_came_together_together() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(chunk(words("one"), null), true);
            sink.accept(chunk(words("two"), null), false);
            return Samples.stream(_ -> {});
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post(OpenAi.COMPLETIONS, OpenAi.STREAM));
            client.readUntil("\r\n\r\n");

            String httpChunk = client.readUntil("\n\n\r\n");

            assertTrue(httpChunk.contains("\"one\"") && httpChunk.contains("\"two\""), httpChunk);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "caf\u00e9 \u4e16", "\uD83D\uDE00", "a\"b\\c\n\t\u0001\u007f\u2028", "'/<>"})
    void writes_a_chunk_like_those_before_in_the_same_way(String text) {
        var events = OpenAi.events(streamed(
                chunk(words(text), null),
                chunk(words(text), null),
                chunk(words(text), null),
                chunk(words(text), null)));

        assertEquals(
                text,
                TestServer.json(events.get(1)).at("/choices/0/delta/content").textValue());
        assertEquals(List.of(events.get(1), events.get(1)), events.subList(2, 4));
    }

    @Test
    void keeps_apart_chunks_that_differ_in_more_than_their_words() {
        var other = OpenAi.extras("id", "\"c-10\"", "created", "7", "model", "\"m\"");
        var chunks = OpenAi.chunks(streamed(
                chunk(words("a"), null),
                chunk(words("b"), null),
                chunk(words("c"), null),
                new Chunk(List.of(new Piece(0, words("d"), null, Extras.NONE)), null, other),
                new Chunk(List.of(new Piece(1, words("e"), null, Extras.NONE)), null, other),
                chunk(words("f"), FinishReason.STOP)));

        assertEquals(
                List.of("c-9", "c-9", "c-9", "c-10", "c-10", "c-9"),
                chunks.stream().map(chunk -> chunk.path("id").textValue()).toList());
        assertEquals(1, chunks.get(4).at("/choices/0/index").intValue());
        assertEquals("stop", chunks.get(5).at("/choices/0/finish_reason").textValue());
    }

    @Test
    void streams_tool_calls_in_fragments() {
        var chunks = OpenAi.chunks(streamed(
                chunk(calls(new ToolCallPart(0, "c1", "f", "")), null),
                chunk(calls(new ToolCallPart(0, null, null, "{}")), null),
                chunk(
                        calls(new ToolCallPart(1, "c2", null, "", OpenAi.extras("type", "\"custom\""))),
                        FinishReason.TOOL_CALLS)));

        assertEquals(TestServer.json("""
                        {"role": "assistant", "tool_calls":
                         [{"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}}]}"""), chunks.get(0).at("/choices/0/delta"));
        assertEquals(
                TestServer.json("{\"tool_calls\": [{\"index\": 0, \"function\": {\"arguments\": \"{}\"}}]}"),
                chunks.get(1).at("/choices/0/delta"));
        assertEquals(
                TestServer.json("{\"tool_calls\": [{\"index\": 1, \"id\": \"c2\", \"type\": \"custom\"}]}"),
                chunks.get(2).at("/choices/0/delta"));
    }

    @Test
    void keeps_what_only_the_upstream_says() {
        var delta = new Delta("", "We", List.of(), OpenAi.extras("role", "\"assistant\"", "channel", "\"analysis\""));
        var piece = new Piece(0, delta, null, OpenAi.extras("logprobs", "null"));
        var extras = OpenAi.extras("id", "\"c\"", "created", "1", "model", "\"m\"", "x_groq", "{\"seed\":1.10}");

        String first =
                OpenAi.events(streamed(new Chunk(List.of(piece), null, extras))).getFirst();

        assertEquals(
                "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"role\":\"assistant\",\"reasoning\":\"We\",\"channel\":\"analysis\"},"
                        + "\"finish_reason\":null,\"logprobs\":null}],\"x_groq\":{\"seed\":1.10}}",
                first);
    }

    @Test
    void names_the_speaker_once_for_each_choice() {
        var a = new Piece(0, words("a"), null, Extras.NONE);
        var b = new Piece(1, words("b"), null, Extras.NONE);

        var chunks = OpenAi.chunks(streamed(new Chunk(List.of(a, b), null, HEAD), new Chunk(List.of(b), null, HEAD)));

        assertEquals("assistant", chunks.get(0).at("/choices/0/delta/role").textValue());
        assertEquals("assistant", chunks.get(0).at("/choices/1/delta/role").textValue());
        assertTrue(chunks.get(1).at("/choices/0/delta/role").isMissingNode());
    }

    @Test
    void names_the_speaker_once_where_the_upstream_says_null_each_time() {
        var delta = new Delta("a", "", List.of(), Extras.of("role", "null"));

        var chunks = OpenAi.chunks(streamed(chunk(delta, null), chunk(delta, null)));

        assertEquals("assistant", chunks.get(0).at("/choices/0/delta/role").textValue());
        assertTrue(chunks.get(1).at("/choices/0/delta/role").isMissingNode());
    }

    @Test
    void keeps_line_breaks_out_of_an_event() {
        var odd = new Chunk(List.of(), null, OpenAi.extras("odd", "{\n\"a\":\r\n1}"));

        assertEquals(1, OpenAi.chunks(streamed(odd)).getFirst().at("/odd/a").intValue());
    }

    @Test
    void says_that_it_is_over_where_the_upstream_did_not() {
        List<JsonNode> chunks = OpenAi.chunks(streamed(chunk(words("Hi"), null)));

        assertEquals(2, chunks.size());
        assertEquals("stop", chunks.get(1).at("/choices/0/finish_reason").textValue());
        assertEquals("c-9", chunks.get(1).path("id").textValue());
    }

    @Test
    void answers_a_failure_before_the_first_content_with_a_status() {
        testServer.chats.play((_, _) -> {
            throw new UnknownModelException("gpt-oss", List.of());
        });

        var response = testServer.post(OpenAi.COMPLETIONS, OpenAi.STREAM);

        response.assertError(404, "model_not_found");
    }

    @Test
    void ends_a_broken_answer_with_an_error_and_no_end_mark() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("Hel"));
            throw new StreamInterruptedException("the upstream closed the connection", List.of());
        });

        var response = testServer.post(OpenAi.COMPLETIONS, OpenAi.STREAM);

        assertEquals(TestServer.json("""
                        {"error": {"message": "the upstream closed the connection", "type": "server_error",
                         "param": null, "code": "interrupted"}}"""), OpenAi.chunks(response).getLast());
        assertFalse(response.body().contains("[DONE]"), response.body());
    }
}
