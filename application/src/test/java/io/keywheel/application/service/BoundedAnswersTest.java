package io.keywheel.application.service;

import static io.keywheel.application.service.GuardedPortTest.failure;
import static io.keywheel.application.service.GuardedPortTest.gate;
import static io.keywheel.application.service.ScriptedPort.ACME;
import static io.keywheel.application.service.ScriptedPort.CALL;
import static io.keywheel.application.service.ScriptedPort.HUNG_UP;
import static io.keywheel.application.service.ScriptedPort.SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BoundedAnswersTest {

    private final ScriptedPort port = new ScriptedPort();
    private final LlmPort guarded = new GuardedPort(ACME, port, _ -> {});
    private final HeldBytes memory = new HeldBytes();

    @Test
    void choice_index_beyond_the_limit_makes_the_provider_unavailable() {
        assertEquals(
                Failure.Unavailable.because("the answer has too many choices"),
                failure(streamed(sink -> sink.accept(choice(128)))));
    }

    @Test
    void oversized_completion_makes_the_provider_unavailable() {
        var calls = new Content("", null, Collections.nCopies(129, new ToolCall("id", "f", "{}")), Extras.NONE);
        port.script(
                SLOT,
                (_, _) ->
                        new LlmReply.Answered(Completion.of(calls, FinishReason.STOP, null), RateLimitStatus.UNKNOWN));

        assertEquals(
                Failure.Unavailable.because("the answer has too many tool calls"), failure(guarded.complete(CALL)));
    }

    @Test
    void endless_stream_is_interrupted_at_the_character_limit() {
        var megabyte = Chunk.text("x".repeat(1 << 20));
        var chunks = new AtomicInteger();

        LlmReply reply = streamed(sink -> {
            while (true) {
                sink.accept(megabyte);
                chunks.incrementAndGet();
            }
        });

        String cause = "the answer has too many characters";
        assertEquals(new Failure.Interrupted(cause, cause), failure(reply));
        assertEquals(8, chunks.get());
    }

    @Test
    void sink_throws_on_each_chunk_after_the_limit() {
        var ends = new AtomicInteger();

        streamed(sink -> {
            for (int i = 0; i < 3; i++) {
                try {
                    sink.accept(choice(i == 0 ? 128 : 0));
                } catch (RuntimeException _) {
                    ends.incrementAndGet();
                }
            }
        });

        assertEquals(3, ends.get());
    }

    @Test
    void stream_beyond_its_held_bytes_makes_the_provider_unavailable() {
        assertEquals(
                Failure.Unavailable.because("the answer has too much before its first content"),
                failure(streamed(sink -> sink.accept(ofBytes(HeldBytes.MOST_PER_STREAM + 2)))));
        assertEquals(HUNG_UP, failure(streamed(sink -> sink.accept(ofBytes(HeldBytes.MOST_PER_STREAM)))));
    }

    @Test
    void held_bytes_are_released_at_the_first_content() {
        for (int i = 0; i < 20; i++) {
            var gate = gate(_ -> {}, memory);
            gate.accept(ofBytes(HeldBytes.MOST_PER_STREAM));
            gate.accept(choice(0));
        }
    }

    @Test
    void stream_without_shared_memory_fails_as_unattributed() {
        fill();

        assertEquals(
                new Failure.Unattributed("the memory for answers before their first content is used up"),
                failure(streamed(sink -> sink.accept(ofBytes(HeldBytes.FREE_PER_STREAM + 2)))));
    }

    @Test
    void full_memory_leaves_each_stream_its_free_bytes() {
        fill();

        assertFalse(memory.change(0, HeldBytes.FREE_PER_STREAM + 1));
        assertTrue(memory.change(0, HeldBytes.FREE_PER_STREAM));
    }

    @Test
    void released_bytes_are_available_to_other_streams() {
        fill();

        assertTrue(memory.change(HeldBytes.MOST_PER_STREAM, 0));

        assertTrue(memory.change(0, HeldBytes.MOST_PER_STREAM));
        assertFalse(memory.change(0, HeldBytes.FREE_PER_STREAM + 1));
    }

    private void fill() {
        assertTrue(memory.change(0, HeldBytes.MOST_SHARED + HeldBytes.FREE_PER_STREAM));
    }

    /// A chunk without content of `bytes` bytes, an even number.
    private static Chunk ofBytes(long bytes) {
        long frame = AnswerLimits.bytes(new Chunk(List.of(), null, Extras.of("n", "\"\"")));
        String padding = "x".repeat((int) (bytes - frame) / 2);
        return new Chunk(List.of(), null, Extras.of("n", "\"" + padding + "\""));
    }

    private static Chunk choice(int index) {
        return new Chunk(
                List.of(new Chunk.Piece(index, new Delta("x", "", List.of(), Extras.NONE), null, Extras.NONE)),
                null,
                Extras.NONE);
    }

    /// The reply of a stream whose provider disconnects after `talk`.
    private LlmReply streamed(Consumer<ChunkSink> talk) {
        port.script(SLOT, (_, sink) -> {
            talk.accept(sink);
            return new LlmReply.Failed(HUNG_UP);
        });
        var gate = gate(_ -> {}, memory);
        return gate.outcome(guarded.stream(CALL, gate));
    }
}
