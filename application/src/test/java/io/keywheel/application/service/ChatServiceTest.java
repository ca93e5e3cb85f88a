package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS_1;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.anyModel;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.selecting;
import static io.keywheel.application.service.TestGateway.withoutFallback;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AttemptFailedException;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.DeadlineExceededException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UnknownProviderException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentMatcher;

class ChatServiceTest {

    private static final String MODEL = "openai/gpt-oss-20b";
    private static final Failure LIMITED =
            new Failure.RateLimited("too many requests", Duration.ofSeconds(30), RateLimitStatus.UNKNOWN);
    private static final Failure REFUSED = new Failure.KeyRefused("invalid key");
    private static final Failure DOWN = new Failure.Unavailable("connection refused", null);
    private static final Failure REJECTED =
            new Failure.Rejected(new UpstreamError(400, "bad request", null, null, null));

    private final TestGateway test = new TestGateway();

    @AfterEach
    void close() {
        test.close();
    }

    @ParameterizedTest
    @EnumSource
    void lets_providers_take_turns_when_no_model_is_named(Form form) {
        assertEquals(
                List.of("groq/1", "cerebras/1", "groq/2", "cerebras/1"),
                List.of(ask(form), ask(form), ask(form), ask(form)));
    }

    @ParameterizedTest
    @EnumSource
    void lets_the_keys_of_one_provider_take_turns_when_a_model_is_named(Form form) {
        ChatCommand command = groqs(MODEL);

        assertEquals(
                List.of("groq/1", "groq/2", "groq/1"),
                List.of(ask(form, command), ask(form, command), ask(form, command)));
        assertEquals(List.of(), test.cerebras.calls());
    }

    @ParameterizedTest
    @EnumSource
    void moves_to_the_next_key_when_one_is_refused(Form form) {
        test.groq.fails(GROQ_1, REFUSED);

        Answer answer = form.ask(test.gateway.chats(), groqs(MODEL));

        assertEquals(GROQ_2, answer.serving().target().key().slot());
        assertEquals(
                List.of("groq/1:key_refused"),
                answer.serving().failedBefore().stream()
                        .map(FailedAttempt::toString)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void moves_to_the_next_provider_when_one_is_down(Form form) {
        test.groq.fails(GROQ_1, DOWN);

        assertEquals("cerebras/1", ask(form));
    }

    @ParameterizedTest
    @EnumSource
    void does_not_ask_a_key_again_that_is_known_to_be_limited(Form form) {
        test.groq.fails(GROQ_1, LIMITED);

        ask(form, groqs(MODEL));
        ask(form, groqs(MODEL));

        assertEquals(List.of("groq/1", "groq/2", "groq/2"), test.groq.places());
    }

    @ParameterizedTest
    @EnumSource
    void asks_a_limited_key_again_when_its_rest_is_over(Form form) {
        test.groq.fails(GROQ_1, LIMITED);
        ask(form, groqs(MODEL));

        test.pass(Duration.ofSeconds(30));

        assertEquals("groq/1", ask(form, groqs(MODEL)));
    }

    @ParameterizedTest
    @EnumSource
    void says_that_all_keys_failed_when_none_answers_a_named_model(Form form) {
        test.groq.fails(GROQ_1, LIMITED);
        test.groq.fails(GROQ_2, LIMITED);

        var thrown = assertThrows(AllKeysFailedException.class, () -> ask(form, groqs(MODEL)));

        assertEquals(List.of("groq/1:rate_limited", "groq/2:rate_limited"), trail(thrown.attempts()));
        assertTrue(thrown.exhaustion().isByRateLimit());
        assertEquals(
                test.time.instant().plusSeconds(30),
                thrown.exhaustion().shortage().readyAt());
    }

    @ParameterizedTest
    @EnumSource
    void says_that_all_providers_failed_when_no_default_model_answers(Form form) {
        test.groq.fails(GROQ_1, LIMITED);
        test.groq.fails(GROQ_2, REFUSED);
        test.cerebras.fails(CEREBRAS_1, DOWN);

        var thrown = assertThrows(AllProvidersFailedException.class, () -> ask(form));

        assertEquals(
                List.of("groq/1:rate_limited", "cerebras/1:unavailable", "groq/2:key_refused"),
                trail(thrown.attempts()));
        assertFalse(thrown.exhaustion().isByRateLimit());
    }

    @ParameterizedTest
    @EnumSource
    void answers_at_once_and_asks_nobody_while_all_keys_are_cooling(Form form) {
        test.groq.fails(GROQ_1, LIMITED);
        test.groq.fails(GROQ_2, LIMITED);
        assertThrows(AllKeysFailedException.class, () -> ask(form, groqs(MODEL)));

        test.pass(Duration.ofSeconds(10));
        var thrown = assertThrows(AllKeysFailedException.class, () -> ask(form, groqs(MODEL)));

        assertEquals(List.of(), thrown.attempts());
        assertEquals(
                test.time.instant().plusSeconds(20),
                thrown.exhaustion().shortage().readyAt());
        assertEquals(2, test.groq.calls().size());
    }

    @ParameterizedTest
    @EnumSource
    void never_retries_a_request_that_was_rejected(Form form) {
        test.groq.fails(GROQ_1, REJECTED);

        var thrown = assertThrows(AttemptFailedException.class, () -> ask(form));

        assertEquals(REJECTED, thrown.last().failure());
        assertEquals(List.of(), test.cerebras.calls());
        assertEquals(1, test.groq.calls().size());
    }

    @ParameterizedTest
    @EnumSource
    void makes_one_attempt_and_gives_its_failure_back_without_fallback(Form form) {
        test.groq.fails(GROQ_1, LIMITED);

        var thrown = assertThrows(AttemptFailedException.class, () -> ask(form, withoutFallback()));

        assertEquals(LIMITED, thrown.last().failure());
        assertEquals(List.of(), test.cerebras.calls());
    }

    @ParameterizedTest
    @EnumSource
    void asks_nobody_for_a_model_that_nobody_serves(Form form) {
        var thrown = assertThrows(UnknownModelException.class, () -> ask(form, selecting(null, "openai/gpt-oss-21b")));

        assertEquals("openai/gpt-oss-20b", thrown.nearMatches().getFirst());
        assertEquals(List.of(), test.groq.calls());
        assertEquals(List.of(), test.cerebras.calls());
    }

    @ParameterizedTest
    @EnumSource
    void names_the_providers_there_are_when_an_unknown_one_is_asked_for(Form form) {
        var thrown = assertThrows(UnknownProviderException.class, () -> ask(form, selecting("grok", null)));

        assertEquals(List.of("groq", "cerebras"), thrown.known());
    }

    @Test
    void does_not_take_for_a_model_what_cannot_be_the_name_of_one() {
        assertThrows(UnknownModelException.class, () -> ask(Form.CHAT, selecting("groq", "two words")));
    }

    @ParameterizedTest
    @EnumSource
    void gives_up_when_the_deadline_passes_between_two_attempts(Form form) {
        test.groq.script(GROQ_1, (_, _) -> {
            test.pass(TestGateway.LIMITS.requestTimeout());
            return new LlmReply.Failed(DOWN);
        });

        assertThrows(DeadlineExceededException.class, () -> ask(form));
        assertEquals(List.of(), test.cerebras.calls());
    }

    @Test
    void tells_each_attempt_how_much_time_the_request_has_left() {
        test.groq.script(GROQ_1, (_, _) -> {
            test.pass(Duration.ofSeconds(50));
            return new LlmReply.Failed(DOWN);
        });

        ask(Form.CHAT);

        assertEquals(Duration.ofMinutes(2), test.groq.calls().getFirst().timeLeft());
        assertEquals(Duration.ofSeconds(70), test.cerebras.calls().getFirst().timeLeft());
    }

    @Test
    void marks_an_attempt_as_one_with_the_default_model_only_where_no_model_was_named() {
        ask(Form.CHAT);
        ask(Form.CHAT, groqs(MODEL));

        assertTrue(test.groq.calls().get(0).target().defaultModel());
        assertEquals(
                new ModelId("openai/gpt-oss-120b"),
                test.groq.calls().get(0).target().model());
        assertFalse(test.groq.calls().get(1).target().defaultModel());
        assertEquals(new ModelId(MODEL), test.groq.calls().get(1).target().model());
    }

    @Test
    void makes_no_more_attempts_than_the_settings_allow() {
        try (var bounded = new TestGateway(new RequestLimits(1, Duration.ZERO, 1000, Duration.ofMinutes(2)))) {
            bounded.groq.fails(GROQ_1, LIMITED);

            assertThrows(
                    AllProvidersFailedException.class,
                    () -> bounded.gateway.chats().chat(anyModel()));
        }
    }

    @Test
    void tells_of_a_key_that_goes_out_of_turn() {
        test.groq.fails(GROQ_1, REFUSED);

        ask(Form.CHAT);

        verify(test.events)
                .changed(argThat(poolEvent -> poolEvent instanceof PoolEvent.CooldownStarted cooldownStarted
                        && cooldownStarted.scope().equals(new Scope.OfKey(GROQ_1))
                        && cooldownStarted.cause() != null
                        && cooldownStarted.cause().failure().equals(REFUSED)));
    }

    @ParameterizedTest
    @EnumSource
    void tells_of_each_attempt_how_it_ended(Form form) {
        test.groq.fails(GROQ_1, LIMITED);

        ask(form);

        var order = inOrder(test.events);
        order.verify(test.events).ended(argThat(asked(GROQ_1)), eq(new LlmReply.Failed(LIMITED)));
        order.verify(test.events).ended(argThat(asked(CEREBRAS_1)), any(LlmReply.Answered.class));
    }

    @Test
    void tells_of_an_attempt_whose_adapter_threw() {
        var bug = new IllegalStateException("a bug");
        test.groq.script(GROQ_1, (_, _) -> {
            throw bug;
        });

        ask(Form.CHAT, groqs(MODEL));

        verify(test.events).thrown(GROQ, bug);
        verify(test.events)
                .ended(
                        argThat(asked(GROQ_1)),
                        eq(new LlmReply.Failed(
                                new Failure.Unattributed("the adapter of groq threw IllegalStateException"))));
    }

    private static ArgumentMatcher<Step.Attempt> asked(KeySlot key) {
        return attempt -> attempt.target().key().slot().equals(key);
    }

    @Test
    void tells_nothing_of_an_everyday_answer() {
        ask(Form.CHAT);

        verify(test.events, never()).changed(any());
    }

    @ParameterizedTest
    @EnumSource
    void adapter_that_throws_blames_nothing_and_the_next_key_answers(Form form) {
        test.groq.script(GROQ_1, (_, _) -> {
            throw new IllegalStateException("a bug");
        });

        assertEquals("groq/2", ask(form, groqs(MODEL)));

        assertEquals(List.of("groq/1", "groq/2"), test.groq.places());
        verify(test.events, never()).changed(any());
    }

    @Test
    void knows_what_the_keys_have_been_through() {
        test.groq.fails(GROQ_1, LIMITED);
        ask(Form.CHAT);

        var groq = test.gateway.status().status().providers().getFirst();

        assertEquals(GROQ, groq.id());
        assertEquals(1, groq.keys().getFirst().tally().attempts());
        assertInstanceOf(Long.class, groq.keys().getFirst().tally().failures().get(Failure.Kind.RATE_LIMITED));
    }

    private String ask(Form form) {
        return ask(form, anyModel());
    }

    private String ask(Form form, ChatCommand command) {
        return form.ask(test.gateway.chats(), command)
                .serving()
                .target()
                .key()
                .slot()
                .toString();
    }

    private static List<String> trail(List<FailedAttempt> attempts) {
        return attempts.stream().map(FailedAttempt::toString).toList();
    }
}
