package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.limited;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.anyModel;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.selecting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.status.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls of a [ChatTrace] during a chat.
class ChatTraceTest {

    private static final TraceContext ATTEMPT =
            new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "");
    private static final Duration COOLDOWN = Duration.ofMillis(20);
    private static final Failure LIMITED = limited(COOLDOWN);
    private static final Failure REFUSED = new Failure.KeyRefused("invalid key");

    @AutoClose
    private final TestGateway test = new TestGateway(Duration.ofSeconds(1), 1);

    private final List<ChatStart> starts = new CopyOnWriteArrayList<>();
    private final List<String> turns = new CopyOnWriteArrayList<>();

    private final class Recording implements ChatTrace {

        @Override
        public void waited(Duration wait) {
            turns.add("waited");
        }

        @Override
        public void began(Step.Attempt attempt) {
            turns.add("began " + attempt.target().key().slot());
        }

        @Override
        public void answering() {
            turns.add("answering");
        }

        @Override
        public void ended(Step.Attempt attempt, LlmReply reply) {
            turns.add("ended " + attempt.target().key().slot() + " "
                    + reply.getClass().getSimpleName());
        }

        @Override
        public void ended(@Nullable Throwable because) {
            turns.add(because == null ? "ended" : because.getClass().getSimpleName());
        }

        @Override
        public TraceContext context() {
            return ATTEMPT;
        }
    }

    @BeforeEach
    void follow() {
        test.tracer = start -> {
            starts.add(start);
            return new Recording();
        };
    }

    @ParameterizedTest
    @EnumSource
    void trace_records_failed_and_answered_attempts(Form form) {
        test.groq.fails(GROQ_1, REFUSED);
        boolean streamed = form == Form.STREAM || form == Form.STREAM_ASYNC;
        TraceContext trace = new TraceContext("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00", "");

        form.ask(test.gateway.chats(), anyModel().withClient("alice").withTrace(trace));

        assertEquals(List.of(new ChatStart(trace, "alice", "auto", Sampling.DEFAULT, streamed)), starts);
        List<String> answered = streamed
                ? List.of("began cerebras/1", "answering", "ended cerebras/1 Answered", "ended")
                : List.of("began cerebras/1", "ended cerebras/1 Answered", "ended");
        assertEquals(List.of("began groq/1", "ended groq/1 Failed"), turns.subList(0, 2));
        assertEquals(answered, turns.subList(2, turns.size()));
        verify(test.events, times(2)).ended(any(), isNull(), eq(ATTEMPT));
    }

    @Test
    void sink_exception_ends_the_attempt_and_the_trace() {
        assertThrows(
                IllegalStateException.class,
                () -> test.gateway.chats().chatStream(anyModel(), _ -> {
                    throw new IllegalStateException("it hung up");
                }));

        assertEquals(List.of("began groq/1", "answering", "ended groq/1 Failed", "IllegalStateException"), turns);
    }

    @Test
    void trace_records_the_wait_for_a_key() throws Exception {
        test.groq.fails(GROQ_1, LIMITED);
        CompletableFuture<Answer> waits = test.waits(groqs("openai/gpt-oss-120b"));

        test.pass(COOLDOWN);
        waits.get();

        assertEquals(
                List.of(
                        "began groq/1",
                        "ended groq/1 Failed",
                        "waited",
                        "began groq/1",
                        "ended groq/1 Answered",
                        "ended"),
                turns);
    }

    @Test
    void trace_records_a_cancelled_wait() {
        test.groq.fails(GROQ_1, LIMITED);
        CompletableFuture<Answer> waits = test.waits(groqs("openai/gpt-oss-120b"));

        waits.cancel(true);
        test.close();

        assertEquals(List.of("began groq/1", "ended groq/1 Failed", "waited", "ChatCancelledException"), turns);
    }

    @Test
    void rejected_request_starts_no_trace() {
        test.failure(UnknownModelException.class, selecting(null, "no-such-model"));

        assertEquals(List.of(), starts);
    }
}
