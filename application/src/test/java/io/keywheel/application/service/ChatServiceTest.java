package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.limited;
import static io.keywheel.application.service.TestGateway.CEREBRAS_1;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.anyModel;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.selecting;
import static io.keywheel.application.service.TestGateway.slot;
import static io.keywheel.application.service.TestGateway.withoutFallback;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.usage.EndedAttempt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentMatcher;

class ChatServiceTest {

    private static final String MODEL = "openai/gpt-oss-20b";
    private static final Failure LIMITED = limited(Duration.ofSeconds(30));
    private static final Failure DOWN = Failure.Unavailable.because("connection refused");

    @AutoClose
    private final TestGateway test = new TestGateway();

    @ParameterizedTest
    @EnumSource
    void providers_take_turns_and_so_do_the_keys_of_a_named_model(Form form) {
        assertEquals(List.of("groq/1", "cerebras/1", "groq/2"), List.of(ask(form), ask(form), ask(form)));
        assertEquals(List.of("groq/1", "groq/2"), List.of(ask(form, groqs(MODEL)), ask(form, groqs(MODEL))));
    }

    @ParameterizedTest
    @EnumSource
    void failing_provider_falls_back_to_the_next_and_each_attempt_is_reported(Form form) {
        test.groq.fails(GROQ_1, DOWN);

        Answer answer = form.ask(test.gateway.chats(), anyModel());

        assertEquals(CEREBRAS_1, slot(answer));
        assertEquals(List.of("groq/1:unavailable"), trail(answer.servedBy().failedBefore()));
        var order = inOrder(test.events);
        order.verify(test.events)
                .ended(argThat(attempt(GROQ_1, "unavailable: connection refused")), isNull(), isNull());
        order.verify(test.events).ended(argThat(attempt(CEREBRAS_1, "ok: ")), isNull(), isNull());
    }

    @ParameterizedTest
    @EnumSource
    void request_fails_with_all_attempts_and_the_ready_time_when_all_keys_fail(Form form) {
        test.groq.fails(GROQ_1, LIMITED);
        test.groq.fails(GROQ_2, LIMITED);

        var thrown = assertThrows(AllFailedException.class, () -> ask(form, groqs(MODEL)));
        assertEquals(List.of("groq/1:rate_limited", "groq/2:rate_limited"), trail(thrown.attempts()));
        assertEquals(GROQ, thrown.exhaustion().provider());
        assertTrue(thrown.exhaustion().isByRateLimit(thrown.attempts()));

        test.pass(Duration.ofSeconds(10));
        var atOnce = assertThrows(AllFailedException.class, () -> ask(form, groqs(MODEL)));
        assertEquals(List.of(), atOnce.attempts());
        assertEquals(
                test.time.instant().plusSeconds(20),
                atOnce.exhaustion().unavailability().readyAt());
        assertEquals(2, test.groq.calls().size());
    }

    @ParameterizedTest
    @EnumSource
    void request_without_fallback_makes_one_attempt(Form form) {
        test.groq.fails(GROQ_1, LIMITED);

        var thrown = assertThrows(AttemptFailedException.class, () -> ask(form, withoutFallback()));

        assertEquals(LIMITED, thrown.last().failure());
        assertEquals(List.of("groq/1"), test.groq.places());
    }

    @ParameterizedTest
    @EnumSource
    void unknown_model_or_provider_is_refused_with_known_names(Form form) {
        var model = assertThrows(UnknownModelException.class, () -> ask(form, selecting(null, "openai/gpt-oss-21b")));
        var provider = assertThrows(UnknownProviderException.class, () -> ask(form, selecting("grok", null)));

        assertEquals("openai/gpt-oss-20b", model.nearMatches().getFirst());
        assertEquals(List.of("groq", "cerebras"), provider.known());
        assertThrows(UnknownModelException.class, () -> ask(form, selecting("groq", "two words")));
        assertThrows(
                UnknownModelException.class, () -> test.gateway.chats().check(selecting(null, "openai/gpt-oss-21b")));
        assertEquals(List.of(), test.groq.calls());
        assertEquals(List.of(), test.cerebras.calls());
    }

    @ParameterizedTest
    @EnumSource
    void request_gives_up_when_its_deadline_passes_between_two_attempts(Form form) {
        test.groq.script(GROQ_1, (_, _) -> {
            test.pass(TestGateway.LIMITS.requestTimeout());
            return new LlmReply.Failed(DOWN);
        });

        assertThrows(DeadlineExceededException.class, () -> ask(form));
        assertEquals(List.of(), test.cerebras.calls());
    }

    @Test
    void call_carries_the_time_left_until_the_deadline() {
        test.groq.script(GROQ_1, (_, _) -> {
            test.pass(Duration.ofSeconds(50));
            return new LlmReply.Failed(DOWN);
        });

        ask(Form.CHAT);

        assertEquals(Duration.ofMinutes(2), test.groq.calls().getFirst().timeLeft());
        assertEquals(Duration.ofSeconds(70), test.cerebras.calls().getFirst().timeLeft());
        verify(test.events)
                .ended(argThat(attempt -> attempt.duration().equals(Duration.ofSeconds(50))), isNull(), isNull());
    }

    @Test
    void call_target_marks_the_default_model() {
        ask(Form.CHAT);
        ask(Form.CHAT, groqs(MODEL));

        Target first = test.groq.calls().get(0).target();
        Target second = test.groq.calls().get(1).target();
        assertTrue(first.defaultModel());
        assertEquals(new ModelId("openai/gpt-oss-120b"), first.model());
        assertFalse(second.defaultModel());
        assertEquals(new ModelId(MODEL), second.model());
    }

    @Test
    void recovery_is_reported_at_the_first_content() {
        test.groq.fails(GROQ_1, LIMITED);
        test.chat(groqs(MODEL));
        test.pass(Duration.ofHours(1));
        var reported = new AtomicBoolean();
        doAnswer(_ -> reported.getAndSet(true)).when(test.events).changed(any(PoolEvent.Recovered.class));
        var reportedFirst = new AtomicBoolean();
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.text("Hi"));
            reportedFirst.set(reported.get());
            return new LlmReply.Failed(new Failure.Interrupted("cut"));
        });

        assertThrows(
                StreamInterruptedException.class, () -> test.gateway.chats().chatStream(groqs(MODEL), _ -> {}));

        assertTrue(reportedFirst.get());
    }

    @Test
    void conversation_keeps_its_key_for_the_affinity_duration() {
        var affinity = Duration.ofMinutes(5);
        var limits = new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2), affinity);
        try (var keeping = new TestGateway(limits, 2)) {
            for (Duration pause : List.of(Duration.ZERO, affinity.minusSeconds(1), affinity)) {
                keeping.pass(pause);
                keeping.chat(groqs(MODEL));
            }
            assertEquals(List.of("groq/1", "groq/1", "groq/2"), keeping.groq.places());
        }
    }

    @ParameterizedTest
    @EnumSource
    void adapter_exception_cools_nothing_and_the_next_key_answers(Form form) {
        var bug = new IllegalStateException("a bug");
        test.groq.script(GROQ_1, (_, _) -> {
            throw bug;
        });

        assertEquals("groq/2", ask(form, groqs(MODEL)));

        assertEquals(List.of("groq/1", "groq/2"), test.groq.places());
        verify(test.events, never()).changed(any());
        verify(test.events).thrown(GROQ, bug);
        verify(test.events).ended(argThat(attempt(GROQ_1, "unavailable: ")), isNull(), isNull());
    }

    private static ArgumentMatcher<EndedAttempt> attempt(KeySlot key, String outcomeAndCause) {
        return attempt -> attempt.target().key().slot().equals(key)
                && (attempt.outcome().label() + ": " + attempt.cause()).equals(outcomeAndCause);
    }

    private String ask(Form form) {
        return ask(form, anyModel());
    }

    private String ask(Form form, ChatCommand command) {
        return slot(form.ask(test.gateway.chats(), command)).toString();
    }

    private static List<String> trail(List<FailedAttempt> attempts) {
        return attempts.stream().map(FailedAttempt::toString).toList();
    }
}
