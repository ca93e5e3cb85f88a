package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `stream_options.include_usage`, whatever the upstream does with it.
class StreamUsageTest {

    private static final TokenUsage USAGE = new TokenUsage(1, 2, 3, OpenAi.extras("queue_time", "0.10"));

    /// How upstreams tell what an answer cost.
    enum Upstream {
        WITH_THE_LAST_PIECE(end(USAGE)),
        IN_A_CHUNK_OF_ITS_OWN(end(null), own()),
        TWICE(end(USAGE), own()),
        AT_THE_VERY_END(end(null));

        @SuppressWarnings("ImmutableEnumChecker") // Copied when it was made.
        private final List<Chunk> ending;

        Upstream(Chunk... ending) {
            this.ending = List.of(ending);
        }

        private static Chunk end(@Nullable TokenUsage usage) {
            var piece = new Piece(0, new Delta("", "", List.of(), Extras.NONE), FinishReason.STOP, Extras.NONE);
            return new Chunk(List.of(piece), usage, OpenAi.extras("id", "\"c-9\"", "created", "7"));
        }

        private static Chunk own() {
            return new Chunk(List.of(), USAGE, OpenAi.extras("id", "\"c-9\"", "created", "7"));
        }
    }

    @AutoClose
    private final TestServer testServer = new TestServer();

    private List<JsonNode> chunks(String request, Upstream upstream) {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("Hi"));
            upstream.ending.forEach(sink::accept);
            return new Answer(Completion.streamed(FinishReason.STOP, USAGE), Samples.serving());
        });
        return OpenAi.chunks(testServer.post(OpenAi.COMPLETIONS, request));
    }

    @ParameterizedTest
    @EnumSource
    void comes_once_and_last_when_asked_for(Upstream upstream) {
        List<JsonNode> chunks = chunks(OpenAi.STREAM_WITH_USAGE, upstream);

        assertEquals(3, chunks.size());
        assertTrue(chunks.get(0).path("usage").isNull(), chunks::toString);
        assertTrue(chunks.get(1).path("usage").isNull(), chunks::toString);
        assertEquals(TestServer.json("""
                        {"id": "c-9", "object": "chat.completion.chunk", "created": 7, "model": "gpt-oss-120b", "choices": [],
                         "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "queue_time": 0.10}}"""), chunks.get(2));
    }

    @ParameterizedTest
    @EnumSource
    void does_not_come_unasked(Upstream upstream) {
        List<JsonNode> chunks = chunks(OpenAi.STREAM, upstream);

        assertEquals(2, chunks.size());
        chunks.forEach(chunk -> assertTrue(chunk.path("usage").isMissingNode(), chunks::toString));
    }
}
