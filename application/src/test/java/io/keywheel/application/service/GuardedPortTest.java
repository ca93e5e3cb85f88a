package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.ACME;
import static io.keywheel.application.service.ScriptedPort.CALL;
import static io.keywheel.application.service.ScriptedPort.HUNG_UP;
import static io.keywheel.application.service.ScriptedPort.SLOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedPortTest {

    private final ChatEvents events = mock(ChatEvents.class);
    private final ScriptedPort port = new ScriptedPort();
    private final LlmPort guarded = new GuardedPort(ACME, port, events);

    private LlmPort guarded(Supplier<?> behaviour) {
        return new GuardedPort(ACME, mock(LlmPort.class, _ -> behaviour.get()), events);
    }

    private LlmPort throwing(Throwable e) {
        return guarded(() -> unchecked(e));
    }

    private LlmPort withBug() {
        return throwing(new IllegalStateException("the key was gsk_canary"));
    }

    @Test
    void adapter_exception_fails_the_attempt_as_unattributed() {
        var failure = new Failure.Unattributed("the adapter of acme threw IllegalStateException");

        assertEquals(new LlmReply.Failed(failure), withBug().complete(CALL));
        assertEquals(new LlmReply.Failed(failure), withBug().stream(CALL, _ -> {}));
        assertEquals(new ModelsReply.Failed(failure), withBug().models(SLOT, Duration.ofSeconds(1)));
    }

    @Test
    void cached_tokens_count_by_default_and_when_the_adapter_throws() {
        assertTrue(mock(LlmPort.class, CALLS_REAL_METHODS).countsCachedTokens());
        assertFalse(guarded(() -> false).countsCachedTokens());
        assertTrue(withBug().countsCachedTokens());
        verify(events).thrown(eq(ACME), any(IllegalStateException.class));
    }

    /// Only `VirtualMachineError`s other than a stack overflow are rethrown.
    @ParameterizedTest
    @MethodSource
    void error_of_the_adapter_fails_the_attempt(Error error) {
        LlmReply reply = throwing(error).complete(CALL);

        assertEquals(
                "the adapter of acme threw " + error.getClass().getSimpleName(),
                failure(reply).message());
        verify(events).thrown(ACME, error);
    }

    static Stream<Error> error_of_the_adapter_fails_the_attempt() {
        return Stream.of(
                new NoSuchMethodError("of another version"), new AssertionError("wrong"), new StackOverflowError());
    }

    @Test
    void out_of_memory_error_is_rethrown() {
        var full = new OutOfMemoryError();

        assertSame(
                full, assertThrows(OutOfMemoryError.class, () -> throwing(full).complete(CALL)));
        assertSame(full, assertThrows(OutOfMemoryError.class, throwing(full)::close));
    }

    @Test
    void exception_on_closing_is_reported_and_not_thrown() {
        withBug().close();

        verify(events).thrown(eq(ACME), any(IllegalStateException.class));
    }

    /// Languages such as Kotlin can throw checked exceptions undeclared.
    @ParameterizedTest
    @MethodSource
    void sink_exception_is_rethrown_even_if_the_adapter_catches_it(Throwable thrown) {
        port.script(SLOT, (_, sink) -> {
            try {
                sink.accept(Chunk.text("Hi"));
            } catch (Throwable e) {
                return new LlmReply.Failed(new Failure.Unavailable(String.valueOf(e.getMessage()), null));
            }
            throw new AssertionError("the reader throws");
        });

        assertSame(thrown, assertThrows(Throwable.class, () -> streamed(_ -> unchecked(thrown))));
        verifyNoInteractions(events);
    }

    static Stream<Throwable> sink_exception_is_rethrown_even_if_the_adapter_catches_it() {
        return Stream.of(new IllegalArgumentException("enough"), new IOException("the pipe broke"));
    }

    @Test
    void sink_exception_wins_over_an_adapter_exception() {
        var tired = new IllegalArgumentException("enough");
        port.script(SLOT, (_, sink) -> {
            assertThrows(IllegalArgumentException.class, () -> sink.accept(Chunk.text("Hi")));
            throw new IllegalStateException("a bug");
        });

        assertSame(tired, assertThrows(RuntimeException.class, () -> streamed(_ -> unchecked(tired))));
        verifyNoInteractions(events);
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable, T> T unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void wrapped_interrupt_cancels_the_attempt_and_the_flag_stays_set() {
        LlmReply wrapped =
                throwing(new IllegalStateException(new InterruptedException())).complete(CALL);
        assertTrue(Thread.interrupted());
        assertEquals(new LlmReply.Failed(new Failure.Cancelled()), wrapped);

        LlmReply flagged = guarded(() -> {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("broken off");
                })
                .complete(CALL);
        assertTrue(Thread.interrupted());
        assertEquals(new LlmReply.Failed(new Failure.Cancelled()), flagged);
    }

    @ParameterizedTest
    @MethodSource
    void null_in_a_reply_fails_the_attempt(Supplier<LlmReply> broken) {
        assertEquals(
                "the adapter of acme threw NullPointerException",
                failure(guarded(broken).complete(CALL)).message());
    }

    static Stream<Supplier<LlmReply>> null_in_a_reply_fails_the_attempt() {
        return Stream.of(
                () -> nothing(),
                () -> new LlmReply.Failed(nothing()),
                () -> new LlmReply.Failed(new Failure.KeyRefused(nothing())),
                () -> new LlmReply.Failed(new Failure.RateLimited("limited", null, nothing())),
                () -> new LlmReply.Failed(new Failure.Unavailable("down", null, nothing())),
                () -> answered(Content.of(nothing())),
                () -> answered(new Content("", null, List.of(), nothing())),
                () -> answered(new Content("", null, List.of(new ToolCall(nothing(), "f", "{}")), Extras.NONE)),
                () -> new LlmReply.Answered(Completion.of(Content.of("Hi"), nothing(), null), RateLimitStatus.UNKNOWN),
                () -> new LlmReply.Answered(nothing(), RateLimitStatus.UNKNOWN),
                () -> new LlmReply.Answered(Completion.of(Content.of("Hi"), FinishReason.STOP, null), nothing()));
    }

    private static LlmReply answered(Content content) {
        return new LlmReply.Answered(Completion.of(content, FinishReason.STOP, null), RateLimitStatus.UNKNOWN);
    }

    @Test
    void chunk_on_another_thread_fails_the_attempt_and_does_not_reach_the_sink() {
        var seen = new ArrayList<Chunk>();
        port.script(SLOT, (_, sink) -> {
            CompletableFuture.runAsync(() -> sink.accept(Chunk.text("Hi"))).join();
            throw new AssertionError("the sink takes nothing on another thread");
        });

        LlmReply reply = streamed(seen::add);

        assertEquals(
                "the adapter of acme threw CompletionException", failure(reply).message());
        assertEquals(List.of(), seen);
    }

    @ParameterizedTest
    @MethodSource
    void streamed_answer_with_content_but_without_chunks_fails_as_unattributed(Content content) {
        port.script(SLOT, (_, _) -> answered(content));

        assertEquals(
                new Failure.Unattributed("its adapter returned the content of a stream without chunks"),
                failure(streamed(_ -> {})));
    }

    static Stream<Content> streamed_answer_with_content_but_without_chunks_fails_as_unattributed() {
        return Stream.of(
                Content.of("Hi"),
                new Content("", null, List.of(new ToolCall("c", "f", "{}")), Extras.NONE),
                new Content("", null, List.of(), Extras.of("refusal", "\"no\"")));
    }

    @Test
    void answer_may_repeat_the_refusal_of_its_chunks() {
        Extras refusal = Extras.of("refusal", "\"no\"");
        port.script(SLOT, (_, sink) -> {
            sink.accept(Chunk.of(new Delta("", "", List.of(), refusal)));
            return answered(new Content("", null, List.of(), refusal));
        });

        assertInstanceOf(LlmReply.Answered.class, streamed(_ -> {}));
    }

    @Test
    void answer_after_chunks_on_another_thread_fails_as_unattributed() {
        port.script(SLOT, (_, sink) -> {
            assertThrows(
                    CompletionException.class,
                    () -> CompletableFuture.runAsync(() -> sink.accept(Chunk.text("Hi")))
                            .join());
            return answered(Content.of(""));
        });

        assertEquals(
                new Failure.Unattributed("its adapter handed on chunks on another thread"), failure(streamed(_ -> {})));
    }

    @Test
    void chunk_after_the_end_of_its_attempt_does_not_reach_the_sink() {
        var seen = new ArrayList<Chunk>();
        CommitGate gate = gate(seen::add, new HeldBytes());
        gate.accept(Chunk.text("Hi"));

        gate.close();

        assertThrows(IllegalStateException.class, () -> gate.accept(Chunk.text(" there")));
        assertEquals(List.of(Chunk.text("Hi")), seen);
    }

    @Test
    void null_chunk_fails_the_attempt() {
        port.script(SLOT, (_, sink) -> {
            sink.accept(nothing());
            return new LlmReply.Failed(HUNG_UP);
        });

        assertEquals(
                "the adapter of acme threw NullPointerException",
                failure(streamed(_ -> {})).message());
    }

    @SuppressWarnings("NullAway") // what no adapter of ours does
    private static <T> T nothing() {
        return null;
    }

    private LlmReply streamed(AnswerSink reader) {
        CommitGate gate = gate(reader, new HeldBytes());
        return gate.outcome(guarded.stream(CALL, gate));
    }

    static CommitGate gate(AnswerSink reader, HeldBytes memory) {
        return new CommitGate(reader, new ServedBy(CALL.target(), List.of()), () -> {}, memory);
    }

    static Failure failure(LlmReply reply) {
        return assertInstanceOf(LlmReply.Failed.class, reply).failure();
    }
}
