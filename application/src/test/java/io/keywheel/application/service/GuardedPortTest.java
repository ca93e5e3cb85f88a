package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.ACME;
import static io.keywheel.application.service.ScriptedPort.CALL;
import static io.keywheel.application.service.ScriptedPort.HUNG_UP;
import static io.keywheel.application.service.ScriptedPort.SLOT;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedPortTest {

    /// An adapter with the same behaviour in all methods.
    private record Adapter(Supplier<LlmReply> behaviour) implements LlmPort {

        @Override
        public LlmReply complete(LlmCall call) {
            return behaviour.get();
        }

        @Override
        public LlmReply stream(LlmCall call, ChunkSink sink) {
            sink.accept(Chunk.text("Hi"));
            return behaviour.get();
        }

        @Override
        public ModelsReply models(KeySlot key, Duration timeLeft) {
            var _ = behaviour.get();
            throw new AssertionError("this adapter never gets so far");
        }

        @Override
        public boolean countsCachedTokens() {
            return behaviour.get() instanceof LlmReply.Answered;
        }

        @Override
        public void close() {
            var _ = behaviour.get();
        }
    }

    /// An adapter that turns sink exceptions into failed replies.
    private static final class Forgiving implements LlmPort {

        @Override
        public LlmReply complete(LlmCall call) {
            throw new AssertionError("nobody asks for this");
        }

        @Override
        public LlmReply stream(LlmCall call, ChunkSink sink) {
            try {
                sink.accept(Chunk.text("Hi"));
            } catch (RuntimeException e) {
                return new LlmReply.Failed(new Failure.Unavailable(String.valueOf(e.getMessage()), null));
            }
            throw new AssertionError("the reader throws");
        }

        @Override
        public ModelsReply models(KeySlot key, Duration timeLeft) {
            throw new AssertionError("nobody asks for this");
        }

        @Override
        public void close() {}
    }

    private final List<String> heard = new ArrayList<>();

    private final ChatEvents events = new ChatEvents() {
        @Override
        public void changed(PoolEvent poolEvent) {}

        @Override
        public void thrown(ProviderId provider, Throwable e) {
            heard.add(provider + " " + e.getClass().getSimpleName());
        }
    };

    private LlmPort total(Supplier<LlmReply> behaviour) {
        return new GuardedPort(ACME, new Adapter(behaviour), events);
    }

    private static LlmReply bug() {
        throw new IllegalStateException("the key was gsk_canary");
    }

    @Test
    void adapter_exception_fails_the_attempt_as_unattributed() {
        assertEquals(
                new LlmReply.Failed(new Failure.Unattributed("the adapter of acme threw IllegalStateException")),
                total(GuardedPortTest::bug).complete(CALL));
        assertEquals(
                new LlmReply.Failed(new Failure.Unattributed("the adapter of acme threw IllegalStateException")),
                total(GuardedPortTest::bug).stream(CALL, _ -> {}));
        assertEquals(
                new ModelsReply.Failed(new Failure.Unattributed("the adapter of acme threw IllegalStateException")),
                total(GuardedPortTest::bug).models(SLOT, Duration.ofSeconds(1)));
    }

    @Test
    void cached_tokens_count_by_default_and_when_the_adapter_throws() {
        assertTrue(new Forgiving().countsCachedTokens());
        assertFalse(total(() -> new LlmReply.Failed(HUNG_UP)).countsCachedTokens());
        assertTrue(total(GuardedPortTest::bug).countsCachedTokens());
        assertEquals(List.of("acme IllegalStateException"), heard);
    }

    /// Only `VirtualMachineError`s other than a stack overflow are rethrown.
    @ParameterizedTest
    @MethodSource
    void error_of_the_adapter_fails_the_attempt(Error error) {
        LlmReply reply = total(() -> {
                    throw error;
                })
                .complete(CALL);

        assertEquals(
                "the adapter of acme threw " + error.getClass().getSimpleName(),
                failure(reply).message());
        assertEquals(List.of("acme " + error.getClass().getSimpleName()), heard);
    }

    static Stream<Error> error_of_the_adapter_fails_the_attempt() {
        return Stream.of(
                new NoSuchMethodError("of another version"), new AssertionError("wrong"), new StackOverflowError());
    }

    @Test
    void out_of_memory_error_is_rethrown() {
        var full = new OutOfMemoryError();

        assertSame(
                full,
                assertThrows(
                        OutOfMemoryError.class,
                        () -> total(() -> {
                                    throw full;
                                })
                                .complete(CALL)));
    }

    @Test
    void exception_on_closing_is_reported_and_not_thrown() {
        assertDoesNotThrow(total(GuardedPortTest::bug)::close);
        assertEquals(List.of("acme IllegalStateException"), heard);
        assertThrows(OutOfMemoryError.class, total(() -> {
            throw new OutOfMemoryError();
        })::close);
    }

    @Test
    void sink_exception_wins_over_an_adapter_exception() {
        var tired = new IllegalArgumentException("enough");
        LlmPort port = total(GuardedPortTest::bug);

        var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> streamed(port, _ -> {
                    throw tired;
                }));

        assertSame(tired, thrown);
    }

    /// Languages such as Kotlin can throw checked exceptions undeclared.
    @Test
    void checked_exception_of_the_sink_is_rethrown() {
        var broken = new IOException("the pipe broke");

        assertSame(
                broken,
                assertThrows(
                        IOException.class,
                        () -> streamed(new GuardedPort(ACME, new Forgiving(), events), _ -> unchecked(broken))));
        assertEquals(List.of(), heard);
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable> void unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void sink_exception_wins_over_an_adapter_reply() {
        var tired = new IllegalArgumentException("enough");
        LlmPort port = new GuardedPort(ACME, new Forgiving(), events);

        assertSame(
                tired,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> streamed(port, _ -> {
                            throw tired;
                        })));
    }

    @Test
    void wrapped_interrupt_cancels_the_attempt_and_the_flag_stays_set() {
        LlmReply wrapped = total(() -> {
                    throw new IllegalStateException(new InterruptedException());
                })
                .complete(CALL);
        assertTrue(Thread.interrupted());
        assertEquals(new LlmReply.Failed(new Failure.Cancelled()), wrapped);

        LlmReply flagged = total(() -> {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("broken off");
                })
                .complete(CALL);
        assertTrue(Thread.interrupted());
        assertEquals(new LlmReply.Failed(new Failure.Cancelled()), flagged);
    }

    @Test
    void adapter_reply_is_returned_unchanged() {
        var answer = new LlmReply.Failed(new Failure.TimedOut("too late"));

        assertSame(answer, total(() -> answer).complete(CALL));
    }

    @Test
    void null_reply_fails_the_attempt() {
        assertEquals(
                "the adapter of acme threw NullPointerException",
                failure(new GuardedPort(ACME, new Adapter(() -> nothing()), events).complete(CALL))
                        .message());
    }

    @ParameterizedTest
    @MethodSource
    void null_in_a_reply_fails_the_attempt(Supplier<LlmReply> broken) {
        assertEquals(
                "the adapter of acme threw NullPointerException",
                failure(total(broken).complete(CALL)).message());
    }

    static Stream<Supplier<LlmReply>> null_in_a_reply_fails_the_attempt() {
        return Stream.of(
                () -> new LlmReply.Failed(nothing()),
                () -> new LlmReply.Failed(new Failure.KeyRefused(nothing())),
                () -> new LlmReply.Failed(new Failure.RateLimited("limited", null, nothing())),
                () -> answered(Reply.of(nothing())),
                () -> answered(new Reply("", null, List.of(), nothing())),
                () -> answered(new Reply("", null, List.of(new ToolCall(nothing(), "f", "{}")), Extras.NONE)),
                () -> new LlmReply.Answered(Completion.of(Reply.of("Hi"), nothing(), null), RateLimitStatus.UNKNOWN),
                () -> new LlmReply.Answered(nothing(), RateLimitStatus.UNKNOWN),
                () -> new LlmReply.Answered(Completion.of(Reply.of("Hi"), FinishReason.STOP, null), nothing()));
    }

    private static LlmReply answered(Reply reply) {
        return new LlmReply.Answered(Completion.of(reply, FinishReason.STOP, null), RateLimitStatus.UNKNOWN);
    }

    @Test
    void chunk_on_another_thread_fails_the_attempt_and_does_not_reach_the_sink() {
        var seen = new ArrayList<Chunk>();
        var port = new ScriptedPort();
        port.script(SLOT, (_, sink) -> {
            CompletableFuture.runAsync(() -> sink.accept(Chunk.text("Hi"))).join();
            throw new AssertionError("the sink takes nothing on another thread");
        });

        LlmReply reply = streamed(new GuardedPort(ACME, port, events), seen::add);

        assertEquals(
                "the adapter of acme threw CompletionException", failure(reply).message());
        assertEquals(List.of(), seen);
    }

    @Test
    void answer_after_chunks_on_another_thread_fails_as_unattributed() {
        var port = new ScriptedPort();
        port.script(SLOT, (_, sink) -> {
            assertThrows(
                    CompletionException.class,
                    () -> CompletableFuture.runAsync(() -> sink.accept(Chunk.text("Hi")))
                            .join());
            return answered(Reply.of(""));
        });

        assertEquals(
                new Failure.Unattributed("its adapter handed on chunks on another thread"),
                failure(streamed(new GuardedPort(ACME, port, events), _ -> {})));
    }

    @Test
    void chunk_after_the_end_of_its_attempt_does_not_reach_the_sink() {
        var seen = new ArrayList<Chunk>();
        var gate = new CommitGate(seen::add, new ServedBy(CALL.target(), List.of()), () -> {}, new HeldBytes());
        gate.accept(Chunk.text("Hi"));

        gate.close();

        assertThrows(IllegalStateException.class, () -> gate.accept(Chunk.text(" there")));
        assertEquals(List.of(Chunk.text("Hi")), seen);
    }

    @Test
    void null_chunk_fails_the_attempt() {
        LlmReply reply = streamed(sink -> sink.accept(nothing()));

        assertEquals(
                "the adapter of acme threw NullPointerException", failure(reply).message());
    }

    @SuppressWarnings("NullAway") // what no adapter of ours does
    private static <T> T nothing() {
        return null;
    }

    /// The reply of a stream whose provider disconnects after `talk`.
    private LlmReply streamed(Consumer<ChunkSink> talk) {
        var port = new ScriptedPort();
        port.script(SLOT, (_, sink) -> {
            talk.accept(sink);
            return new LlmReply.Failed(HUNG_UP);
        });
        return streamed(new GuardedPort(ACME, port, events), _ -> {});
    }

    private static LlmReply streamed(LlmPort port, AnswerSink reader) {
        var gate = new CommitGate(reader, new ServedBy(CALL.target(), List.of()), () -> {}, new HeldBytes());
        return gate.outcome(port.stream(CALL, gate));
    }

    private static Failure failure(LlmReply reply) {
        return assertInstanceOf(LlmReply.Failed.class, reply).failure();
    }
}
