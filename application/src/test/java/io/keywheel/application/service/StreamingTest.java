package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS_1;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.anyModel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StreamingTest {

    private static final Failure DOWN = new Failure.Unavailable("connection cut", null);

    /// Records the chunks of a stream in order.
    private static final class Reader implements AnswerSink {

        final List<String> seen = new ArrayList<>();

        @Override
        public void open(ServedBy servedBy) {
            seen.add("open " + servedBy.target().key().slot());
        }

        @Override
        public void accept(Chunk chunk) {
            seen.add(chunk.text() + chunk.reasoning());
        }
    }

    @AutoClose
    private final TestGateway test = new TestGateway();

    private final Reader reader = new Reader();

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "STREAM_ASYNC"})
    void attempt_that_fails_before_its_first_content_is_invisible_to_the_sink(Form form) {
        test.groq.breaksOff(GROQ_1, DOWN, Chunk.text(""), Chunk.reasoning(""));

        form.ask(test.gateway.chats(), anyModel(), reader);

        assertEquals(List.of("open cerebras/1", "cerebras/1 answers"), reader.seen);
    }

    @ParameterizedTest
    @CsvSource({"0, groq/1", "1, groq/1", "1000, groq/1", "1001, cerebras/1"})
    void up_to_1000_held_chunks_are_delivered_first_and_more_fail_the_attempt(int chunks, String answering) {
        test.groq.script(GROQ_1, (_, sink) -> {
            List.of(held(chunks)).forEach(sink::accept);
            sink.accept(Chunk.text("an answer"));
            return ScriptedPort.answered("an answer");
        });

        test.gateway.chats().chatStream(anyModel(), reader);

        assertEquals("open " + answering, reader.seen.getFirst());
        assertEquals(answering.equals("groq/1") ? chunks + 2 : 2, reader.seen.size());
    }

    @Test
    void repeated_empty_chunk_is_held_once() {
        test.groq.script(GROQ_1, (_, sink) -> {
            for (int i = 0; i < 5_000; i++) {
                sink.accept(Chunk.text(""));
            }
            sink.accept(Chunk.text("an answer"));
            return ScriptedPort.answered("an answer");
        });

        test.gateway.chats().chatStream(anyModel(), reader);

        assertEquals(List.of("open groq/1", "", "an answer"), reader.seen);
    }

    @Test
    void repeated_piece_of_a_refusal_is_passed_on() {
        var piece = new Delta("", "", List.of(), Extras.of("refusal", "\"ha\""));
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.of(piece));
            sink.accept(Chunk.of(piece));
            return ScriptedPort.answered("");
        });

        test.gateway.chats().chatStream(anyModel(), reader);

        assertEquals(List.of("open groq/1", "", ""), reader.seen);
    }

    @Test
    void failed_attempts_release_their_held_bytes() {
        for (int i = 0; i < 20; i++) {
            test.cerebras.breaksOff(CEREBRAS_1, new Failure.Cancelled(), held(0, "x".repeat(500_000)));
            assertThrows(
                    ChatCancelledException.class,
                    () -> test.gateway.chats().chatStream(TestGateway.selecting("cerebras", null), reader));
        }
    }

    /// A chunk without content, which differs from those of other numbers.
    private static Chunk held(int number, String padding) {
        return new Chunk(List.of(), null, Extras.of("n", "\"" + padding + number + "\""));
    }

    private static Chunk[] held(int chunks) {
        return IntStream.range(0, chunks).mapToObj(i -> held(i, "")).toArray(Chunk[]::new);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "STREAM_ASYNC"})
    void failure_after_the_first_content_interrupts_without_fallback(Form form) {
        test.groq.breaksOff(GROQ_1, DOWN, Chunk.text("half an ans"));

        var thrown = assertThrows(
                StreamInterruptedException.class, () -> form.ask(test.gateway.chats(), anyModel(), reader));

        assertEquals("connection cut", thrown.getMessage());
        assertEquals(List.of("open groq/1", "half an ans"), reader.seen);
        assertEquals(List.of(), test.cerebras.calls());
    }

    @Test
    void stream_without_content_is_opened() {
        test.groq.script(
                GROQ_1,
                (_, _) ->
                        new LlmReply.Answered(Completion.streamed(FinishReason.LENGTH, null), RateLimitStatus.UNKNOWN));

        test.gateway.chats().chatStream(anyModel(), reader);

        assertEquals(List.of("open groq/1"), reader.seen);
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "STREAM_ASYNC"})
    void sink_exception_is_rethrown_and_cools_no_key(Form form) {
        var hungUp = new IllegalStateException("the reader hung up");

        var thrown = assertThrows(
                IllegalStateException.class,
                () -> form.ask(test.gateway.chats(), anyModel(), _ -> {
                    throw hungUp;
                }));

        assertSame(hungUp, thrown);
        assertEquals(List.of(), test.cerebras.calls());
        assertEquals(new KeyState.Ready(), test.firstKey().state());
    }

    @Test
    void disconnect_after_content_ends_the_request_as_cancelled() {
        test.groq.breaksOff(GROQ_1, new Failure.Cancelled(), Chunk.text("half an ans"));

        assertThrows(ChatCancelledException.class, () -> test.gateway.chats().chatStream(anyModel(), reader));
    }
}
