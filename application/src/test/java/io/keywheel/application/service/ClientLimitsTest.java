package io.keywheel.application.service;

import static io.keywheel.application.port.in.ClientRefusedException.Reason.CLIENT_LIMITED;
import static io.keywheel.application.port.in.ClientRefusedException.Reason.MODEL_NOT_ALLOWED;
import static io.keywheel.application.port.in.ClientRefusedException.Reason.REQUEST_TOO_LARGE;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UsageSink;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.client.Reservation.LimitState;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.usage.EndedAttempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Enforcement of client limits before key selection.
class ClientLimitsTest {

    /// Estimated tokens of "hello" and its frame.
    private static final long PROMPT = 6;

    @AutoClose
    private final TestGateway test = new TestGateway();

    private void limit(ClientLimit limit, long most) {
        rule(new ClientRule(Map.of(limit, most), List.of(), false));
    }

    private void rule(ClientRule rule) {
        test.rules(new ClientRules(Map.of("alice", rule), ClientRule.UNLIMITED));
    }

    private static ChatCommand alices(@Nullable Long maxTokens) {
        return new ChatCommand(
                        Conversation.of(Message.user("hello")),
                        new Sampling(null, maxTokens, null, List.of(), null, null),
                        Extras.NONE,
                        new ModelSelector("groq", "m"),
                        true)
                .by("alice");
    }

    private ClientRefusedException refused(@Nullable Long maxTokens) {
        int calls = test.groq.calls().size();
        var refused = assertThrows(
                ClientRefusedException.class, () -> test.gateway.chats().chat(alices(maxTokens)));
        assertEquals(calls, test.groq.calls().size(), "no key was touched");
        return refused;
    }

    private static Duration after(ClientRefusedException refused) {
        return Objects.requireNonNull(refused.retryAfter());
    }

    private void answers(@Nullable TokenUsage usage) {
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.text("x".repeat(40)));
            return new LlmReply.Answered(
                    Completion.of(Reply.of("x".repeat(40)), FinishReason.STOP, usage), RateLimitStatus.UNKNOWN);
        });
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void client_limit_applies_across_all_chat_forms(Form form) {
        limit(REQUESTS_PER_MINUTE, 2);
        form.ask(test.gateway.chats(), alices(null));
        test.gateway.chats().chat(alices(null));

        var refused = assertThrows(ClientRefusedException.class, () -> form.ask(test.gateway.chats(), alices(null)));

        assertEquals(CLIENT_LIMITED, refused.reason());
        assertEquals(REQUESTS_PER_MINUTE, refused.limit());
        assertEquals("The client alice has reached its limit of 2rpm: try again in 60 s", refused.getMessage());
        assertEquals(2, test.groq.calls().size());
        test.pass(after(refused));
        form.ask(test.gateway.chats(), alices(null));
    }

    @Test
    void limit_of_one_client_does_not_affect_others() {
        limit(REQUESTS_PER_MINUTE, 1);
        test.gateway.chats().chat(alices(null));
        refused(null);

        test.gateway.chats().chat(alices(null).by("bob"));
        test.gateway.chats().chat(alices(null).by(null));
    }

    @Test
    void anonymous_requests_share_one_client_limit() {
        test.rules(new ClientRules(Map.of(), new ClientRule(Map.of(REQUESTS_PER_MINUTE, 1L), List.of(), false)));
        test.gateway.chats().chat(alices(null).by(null));

        var refused = assertThrows(
                ClientRefusedException.class,
                () -> test.gateway.chats().chat(alices(null).by(null)));

        assertEquals("The client anonymous has reached its limit of 1rpm: try again in 60 s", refused.getMessage());
    }

    @ParameterizedTest(name = "{0}: a usage of {1} leaves {2}")
    @CsvSource({
        "CHAT, 50, 50",
        "CHAT, 250, 250",
        "CHAT, 0, 16",
        "CHAT, , 16",
        "STREAM, 50, 50",
        "STREAM, , 16",
    })
    void answer_counts_its_usage_or_its_estimated_length(Form form, @Nullable Long usage, long used) {
        limit(TOKENS_PER_MINUTE, 1000);
        answers(usage == null ? null : new TokenUsage(usage, 0, usage));

        form.ask(test.gateway.chats(), alices(500L));

        assertRemaining(1000 - used);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interrupted_stream_counts_its_received_chunks(boolean byTheClient) {
        limit(TOKENS_PER_MINUTE, 1000);
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.text("x".repeat(40)));
            sink.accept(Chunk.text("x".repeat(40)));
            return new LlmReply.Failed(new Failure.Interrupted("cut"));
        });
        AnswerSink sink = byTheClient
                ? _ -> {
                    throw new IllegalStateException("the client is gone");
                }
                : _ -> {};

        assertThrows(RuntimeException.class, () -> test.gateway.chats().chatStream(alices(500L), sink));

        assertRemaining(1000 - PROMPT - (byTheClient ? 10 : 20));
    }

    @Test
    void request_refused_upstream_counts_as_a_request_without_tokens() {
        rule(new ClientRule(Map.of(TOKENS_PER_MINUTE, 1000L, REQUESTS_PER_MINUTE, 2L), List.of(), false));
        test.groq.fails(GROQ_1, new Failure.Rejected(new UpstreamError(400, "no", null, null, null)));

        assertThrows(ChatException.class, () -> test.gateway.chats().chat(alices(500L)));

        assertRemaining(1000);
        assertEquals(REQUESTS_PER_MINUTE, refused(null).limit());
    }

    @Test
    void repeated_request_for_an_unknown_model_is_not_counted_again() {
        rule(new ClientRule(Map.of(REQUESTS_PER_DAY, 2L, REQUESTS_PER_MINUTE, 2L), List.of(), false));
        var gone = new Failure.ModelUnavailable(new UpstreamError(404, "no", null, null, null));
        test.groq.fails(GROQ_1, gone);
        test.groq.fails(GROQ_2, gone);
        ChatCommand missing =
                TestGateway.selecting("groq", "openai/gpt-oss-120b").by("alice");

        assertThrows(UnknownModelException.class, () -> test.gateway.chats().chat(missing));
        assertThrows(UnknownModelException.class, () -> test.gateway.chats().chat(missing));

        test.gateway
                .chats()
                .chat(TestGateway.selecting("cerebras", "gpt-oss-120b").by("alice"));
        assertEquals(CLIENT_LIMITED, refused(null).reason());
    }

    @Test
    void request_with_a_fallback_counts_once() {
        rule(new ClientRule(Map.of(TOKENS_PER_MINUTE, 1000L, REQUESTS_PER_MINUTE, 2L), List.of(), false));
        test.groq.fails(GROQ_1, new Failure.TimedOut("first token"));
        test.groq.script(
                GROQ_2,
                (_, _) -> new LlmReply.Answered(
                        Completion.of(Reply.of("hi"), FinishReason.STOP, new TokenUsage(50, 0, 50)),
                        RateLimitStatus.UNKNOWN));

        test.gateway.chats().chat(alices(500L));

        assertRemaining(950);
    }

    @Test
    void usage_counts_prompt_plus_completion_if_above_the_total() {
        limit(TOKENS_PER_MINUTE, 1000);
        answers(new TokenUsage(30, 20, 40));

        test.gateway.chats().chat(alices(500L));

        assertRemaining(950);
    }

    @Test
    void usage_sink_gets_admission_usage_and_refusal_of_a_limited_client() {
        limit(REQUESTS_PER_MINUTE, 1);
        answers(null);
        ChatCommand heard = alices(null).reportingTo(new RecordingSink());

        test.gateway.chats().chat(heard);
        assertThrows(ClientRefusedException.class, () -> test.gateway.chats().chat(heard));

        assertEquals(List.of("admitted", "6 + 10 = 16", "refused"), turns);
    }

    @Test
    void usage_sink_gets_admission_usage_and_withdrawal_without_limits() {
        var gone = new Failure.ModelUnavailable(new UpstreamError(404, "no", null, null, null));
        test.groq.fails(GROQ_1, gone);
        test.groq.fails(GROQ_2, gone);
        ChatCommand heard = alices(null).reportingTo(new RecordingSink());

        assertThrows(UnknownModelException.class, () -> test.gateway.chats().chat(heard));
        assertThrows(UnknownModelException.class, () -> test.gateway.chats().chat(heard));

        assertEquals(List.of("admitted", "0 + 0 = 0", "0 + 0 = 0", "admitted", "withdrawn"), turns);
    }

    @Test
    void key_outcome_is_recorded_when_the_usage_sink_throws() {
        ChatCommand heard = alices(null).reportingTo(new UsageSink() {
            @Override
            public void ended(EndedAttempt attempt, TokenUsage tokens) {
                throw new IllegalStateException("the sink is full");
            }
        });

        assertThrows(IllegalStateException.class, () -> test.gateway.chats().chat(heard));

        assertEquals(1, test.firstKey().tally().attempts());
    }

    private final List<String> turns = new ArrayList<>();

    private final class RecordingSink implements UsageSink {

        @Override
        public void admitted(Map<ClientLimit, LimitState> limitStates) {
            turns.add("admitted");
        }

        @Override
        public void refused(Map<ClientLimit, LimitState> limitStates) {
            turns.add("refused");
        }

        @Override
        public void withdrawn() {
            turns.add("withdrawn");
        }

        @Override
        public void ended(EndedAttempt attempt, TokenUsage tokens) {
            turns.add(tokens.promptTokens() + " + " + tokens.completionTokens() + " = " + tokens.totalTokens());
        }
    }

    /// Makes one more request to read the remaining tokens.
    private void assertRemaining(long tokens) {
        var seen = new ArrayList<Long>();
        ChatCommand elsewhere = TestGateway.selecting("cerebras", "gpt-oss-120b");
        test.gateway.chats().chat(elsewhere.by("alice").reportingTo(new UsageSink() {
            @Override
            public void admitted(Map<ClientLimit, LimitState> limitStates) {
                LimitState limitState = limitStates.get(TOKENS_PER_MINUTE);
                seen.add(limitState == null ? -1 : limitState.remaining() + PROMPT);
            }
        }));
        assertEquals(List.of(tokens), seen);
    }

    @ParameterizedTest
    @EnumSource(
            value = ClientLimit.class,
            names = {"TOKENS_PER_MINUTE", "TOKENS_PER_DAY"})
    void request_above_the_token_limit_is_too_large(ClientLimit limit) {
        limit(limit, 100);

        var refused = refused(100L);

        assertEquals(REQUEST_TOO_LARGE, refused.reason());
        assertEquals(limit, refused.limit());
        assertEquals(
                "The request is estimated to need 106 tokens, more than the client alice may use: 100" + limit.label(),
                refused.getMessage());
        ChatCommand heard = alices(100L).reportingTo(new RecordingSink());
        assertThrows(ClientRefusedException.class, () -> test.gateway.chats().chat(heard));
        assertEquals(List.of("refused"), turns);
        test.gateway.chats().chat(alices(94L));
    }

    @ParameterizedTest
    @CsvSource({"TOKENS_PER_MINUTE, 100tpm: try again in 60 s", "TOKENS_PER_DAY, 100tpd: try again in 43200 s"})
    void refusal_names_estimated_and_remaining_tokens(ClientLimit limit, String end) {
        limit(limit, 100);
        answers(new TokenUsage(50, 10, 60));
        test.gateway.chats().chat(alices(54L));

        assertEquals(
                "The request is estimated to need 60 tokens, and the client alice has 40 left of its limit of " + end,
                refused(54L).getMessage());
        test.gateway.chats().chat(alices(34L));
    }

    @Test
    void concurrent_requests_beyond_the_limit_are_refused() {
        limit(CONCURRENT_REQUESTS, 1);
        test.groq.script(GROQ_1, (_, _) -> {
            assertEquals(Duration.ofSeconds(1), refused(null).retryAfter());
            return new LlmReply.Failed(new Failure.Rejected(new UpstreamError(400, "no", null, null, null)));
        });

        assertThrows(ChatException.class, () -> test.gateway.chats().chat(alices(null)));

        test.gateway.chats().chat(alices(null));
    }

    @Test
    void usage_before_the_limit_was_set_counts_for_its_day() {
        test.gateway.usage().ended(UsageServiceTest.request("a", "alice", true));

        limit(REQUESTS_PER_DAY, 2);

        test.gateway.chats().chat(alices(null));
        assertEquals(Duration.ofHours(12), refused(null).retryAfter());
    }

    @Test
    void requests_refused_by_the_gateway_do_not_count() {
        rule(new ClientRule(Map.of(REQUESTS_PER_MINUTE, 1L), List.of("groq/*", "none"), false));
        for (int i = 0; i < 3; i++) {
            assertThrows(UnknownModelException.class, () -> test.gateway.chats().chat(selecting(null, "none")));
            assertThrows(
                    UnknownProviderException.class, () -> test.gateway.chats().chat(selecting("none", "none")));
            assertEquals(MODEL_NOT_ALLOWED, notAllowed(null, "cerebras/gpt-oss-120b"));
        }
        test.gateway.chats().chat(alices(null));

        refused(null);
    }

    private ClientRefusedException.Reason notAllowed(@Nullable String provider, @Nullable String model) {
        return assertThrows(
                        ClientRefusedException.class, () -> test.gateway.chats().chat(selecting(provider, model)))
                .reason();
    }

    private static ChatCommand selecting(@Nullable String provider, @Nullable String model) {
        return TestGateway.selecting(provider, model).by("alice");
    }

    @Test
    void reload_changes_the_client_limit_and_keeps_its_usage() {
        limit(REQUESTS_PER_MINUTE, 2);
        test.gateway.chats().chat(alices(null));
        limit(REQUESTS_PER_MINUTE, 1);
        refused(null);
        assertEquals("1rpm", test.gateway.clients().rule("alice").toString());
        assertEquals(ClientRule.UNLIMITED, test.gateway.clients().rule(null));

        rule(ClientRule.UNLIMITED);
        test.gateway.chats().chat(alices(null));
        limit(REQUESTS_PER_MINUTE, 1);

        test.gateway.chats().chat(alices(null));
    }

    /// Random outcomes, with estimates above and below the usage.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void random_outcomes_leave_no_client_reservation(long seed) {
        rule(new ClientRule(Map.of(CONCURRENT_REQUESTS, 1L, TOKENS_PER_MINUTE, 100_000L), List.of(), false));
        var random = new Random(seed);
        List<Form> forms = List.of(Form.values());
        for (int i = 0; i < 300; i++) {
            long usage = random.nextLong(2000);
            switch (random.nextInt(5)) {
                case 0 -> answers(new TokenUsage(usage, 1, usage + 1));
                case 1 -> answers(null);
                case 2 -> test.groq.fails(GROQ_1, new Failure.Interrupted("cut"));
                case 3 -> test.groq.fails(GROQ_1, new Failure.Cancelled());
                default ->
                    test.groq.script(GROQ_1, (_, _) -> {
                        throw new IllegalStateException("a broken adapter");
                    });
            }
            Form form = forms.get(random.nextInt(forms.size()));
            boolean leaves = random.nextInt(4) == 0;
            try {
                form.ask(test.gateway.chats(), alices(random.nextLong(1000)), _ -> {
                    if (leaves) {
                        throw new IllegalStateException("the client is gone");
                    }
                });
            } catch (ClientRefusedException e) {
                assertEquals(TOKENS_PER_MINUTE, e.limit(), "one at a time, so the place is free again");
                test.pass(after(e));
            } catch (RuntimeException _) {
                // The outcome does not matter, only its reservation.
            }
            test.pass(Duration.ofMillis(random.nextInt(500)));
        }
        test.pass(Duration.ofMinutes(10));
        assertRemaining(100_000);
    }
}
