package io.keywheel.application.service;

import static io.keywheel.application.port.in.ClientRefusedException.Reason.CLIENT_LIMITED;
import static io.keywheel.application.port.in.ClientRefusedException.Reason.REQUEST_TOO_LARGE;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.upTo;
import static io.keywheel.domain.client.ClientLimit.CONCURRENT_REQUESTS;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_DAY;
import static io.keywheel.domain.client.ClientLimit.REQUESTS_PER_MINUTE;
import static io.keywheel.domain.client.ClientLimit.TOKENS_PER_MINUTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UsageSink;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Enforcement of client limits before key selection.
class ClientLimitsTest {

    /// Estimated tokens of "hello" and its frame.
    private static final long PROMPT = 6;

    private static final UpstreamError NO = new UpstreamError(404, "no", null, null, null);

    @AutoClose
    private final TestGateway test = new TestGateway();

    private final UsageSink sink = mock(UsageSink.class);

    private void limit(ClientLimit limit, long most) {
        limits(Map.of(limit, most));
    }

    private void limits(Map<ClientLimit, Long> limits) {
        rule(new ClientRule(limits, List.of(), false));
    }

    private void rule(ClientRule rule) {
        test.rules(new ClientRules(Map.of("alice", rule), ClientRule.UNLIMITED));
    }

    private static ChatCommand alices(@Nullable Long maxTokens) {
        return upTo(maxTokens).withClient("alice");
    }

    private static ChatCommand selecting(@Nullable String provider, @Nullable String model) {
        return TestGateway.selecting(provider, model).withClient("alice");
    }

    private ClientRefusedException refused(@Nullable Long maxTokens) {
        int calls = test.groq.calls().size();
        var refused = test.failure(ClientRefusedException.class, alices(maxTokens));
        assertEquals(calls, test.groq.calls().size(), "no key was touched");
        return refused;
    }

    private void answers(@Nullable TokenUsage usage) {
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.text("x".repeat(40)));
            return ScriptedPort.answered("x".repeat(40), usage);
        });
    }

    private void noKeyHasTheModel() {
        var gone = new Failure.ModelUnavailable(NO);
        test.groq.fails(GROQ_1, gone);
        test.groq.fails(GROQ_2, gone);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void client_limit_applies_across_all_chat_forms(Form form) {
        limit(REQUESTS_PER_MINUTE, 2);
        form.ask(test.gateway.chats(), alices(null));
        test.chat(alices(null));

        var refused = assertThrows(ClientRefusedException.class, () -> form.ask(test.gateway.chats(), alices(null)));

        assertEquals(CLIENT_LIMITED, refused.reason());
        assertEquals(REQUESTS_PER_MINUTE, refused.limit());
        assertEquals("The client alice has reached its limit of 2rpm: try again in 60 s", refused.getMessage());
        assertEquals(2, test.groq.calls().size());
        test.pass(Duration.ofSeconds(60));
        form.ask(test.gateway.chats(), alices(null));
    }

    @Test
    void limit_of_one_client_does_not_affect_others() {
        limit(REQUESTS_PER_MINUTE, 1);
        test.chat(alices(null));
        refused(null);

        test.chat(alices(null).withClient("bob"));
        test.chat(alices(null).withClient(null));
    }

    @ParameterizedTest(name = "{0}: a usage of {1} + {2} = {3} counts as {4}")
    @CsvSource({
        "CHAT, 50, 0, 50, 50",
        "CHAT, 250, 0, 250, 250",
        "CHAT, 30, 20, 40, 50",
        "CHAT, 30, 20, 90, 90",
        "CHAT, 0, 0, 0, 16",
        "CHAT, , , , 16",
        "STREAM, 50, 0, 50, 50",
        "STREAM, , , , 16",
    })
    void answer_counts_its_usage_or_its_estimated_length(
            Form form, @Nullable Long prompt, @Nullable Long completion, @Nullable Long total, long used) {
        limit(TOKENS_PER_MINUTE, 1000);
        answers(
                prompt == null || completion == null || total == null
                        ? null
                        : new TokenUsage(prompt, completion, total));

        form.ask(test.gateway.chats(), alices(500L).withUsageSink(sink));

        assertRemaining(1000 - used);
        verify(sink).ended(any(), argThat(tokens -> tokens.promptTokens() + tokens.completionTokens() == used));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interrupted_stream_counts_its_received_chunks(boolean byTheClient) {
        limit(TOKENS_PER_MINUTE, 1000);
        test.groq.breaksOff(
                GROQ_1, new Failure.Interrupted("cut"), Chunk.text("x".repeat(40)), Chunk.text("y".repeat(40)));
        AnswerSink sink = byTheClient
                ? _ -> {
                    throw new IllegalStateException("the client is gone");
                }
                : _ -> {};

        assertThrows(RuntimeException.class, () -> test.gateway.chats().chatStream(alices(500L), sink));

        assertRemaining(1000 - PROMPT - (byTheClient ? 10 : 20));
    }

    @Test
    void interrupted_stream_keeps_the_cached_and_reasoning_tokens_reported_so_far() {
        var reported = new TokenUsage(300, 50, 350, 100L, 40L, Extras.NONE);
        test.groq.breaksOff(
                GROQ_1, new Failure.Interrupted("cut"), new Chunk(List.of(), reported, Extras.NONE), Chunk.text("Hi"));

        var command = alices(500L).withUsageSink(sink);
        assertThrows(RuntimeException.class, () -> test.gateway.chats().chatStream(command, _ -> {}));

        verify(sink).ended(any(), eq(reported));
    }

    static List<Failure> failuresWithoutCost() {
        return List.of(new Failure.Rejected(NO), new Failure.NotSent("no socket"));
    }

    @ParameterizedTest
    @MethodSource("failuresWithoutCost")
    void request_that_no_provider_worked_on_counts_without_tokens(Failure failure) {
        limits(Map.of(TOKENS_PER_MINUTE, 1000L, REQUESTS_PER_MINUTE, 2L));
        test.groq.fails(GROQ_1, failure);
        test.groq.fails(GROQ_2, failure);

        test.failure(ChatException.class, alices(500L));

        assertRemaining(1000);
        assertEquals(REQUESTS_PER_MINUTE, refused(null).limit());
    }

    @Test
    void repeated_request_for_an_unknown_model_is_not_counted_again() {
        limits(Map.of(REQUESTS_PER_DAY, 2L, REQUESTS_PER_MINUTE, 2L));
        noKeyHasTheModel();

        test.failure(UnknownModelException.class, alices(null));
        test.failure(UnknownModelException.class, alices(null));

        test.chat(selecting("cerebras", "gpt-oss-120b"));
        assertEquals(CLIENT_LIMITED, refused(null).reason());
    }

    @Test
    void request_with_a_fallback_counts_once() {
        limits(Map.of(TOKENS_PER_MINUTE, 1000L, REQUESTS_PER_MINUTE, 2L));
        test.groq.fails(GROQ_1, new Failure.TimedOut("first token"));
        test.groq.script(GROQ_2, (_, _) -> ScriptedPort.answered("hi", new TokenUsage(50, 0, 50)));

        test.chat(alices(500L));

        assertRemaining(950);
    }

    @Test
    void usage_sink_gets_admission_usage_and_refusal_of_a_limited_client() {
        limit(REQUESTS_PER_MINUTE, 1);
        answers(null);

        test.chat(alices(null).withUsageSink(sink));
        test.failure(ClientRefusedException.class, alices(null).withUsageSink(sink));

        var order = inOrder(sink);
        order.verify(sink).admitted(any());
        order.verify(sink).ended(any(), eq(new TokenUsage(PROMPT, 10, PROMPT + 10)));
        order.verify(sink).refused(any());
        order.verifyNoMoreInteractions();
    }

    @Test
    void usage_sink_gets_admission_usage_and_withdrawal_without_limits() {
        noKeyHasTheModel();

        test.failure(UnknownModelException.class, alices(null).withUsageSink(sink));
        test.failure(UnknownModelException.class, alices(null).withUsageSink(sink));

        var order = inOrder(sink);
        order.verify(sink).admitted(any());
        order.verify(sink, times(2)).ended(any(), eq(TokenUsage.NONE));
        order.verify(sink).admitted(any());
        order.verify(sink).withdrawn();
        order.verifyNoMoreInteractions();
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class, StackOverflowError.class})
    void answer_is_returned_when_the_usage_sink_throws(Class<? extends Throwable> thrown) {
        limit(CONCURRENT_REQUESTS, 1);
        doThrow(thrown).when(sink).admitted(any());
        doThrow(thrown).when(sink).ended(any(), any());

        test.chat(alices(null).withUsageSink(sink));
        test.chat(alices(null));

        assertEquals(1, test.firstKey().tally().attempts());
        verify(test.events, times(2)).thrown(isNull(), any(thrown));
    }

    @Test
    void place_of_a_request_is_free_again_when_the_usage_sink_has_no_memory() {
        limit(CONCURRENT_REQUESTS, 1);
        doThrow(OutOfMemoryError.class).when(sink).admitted(any());

        test.failure(OutOfMemoryError.class, alices(null).withUsageSink(sink));

        test.chat(alices(null));
    }

    @Test
    void refusal_is_returned_when_the_usage_sink_throws() {
        limit(REQUESTS_PER_MINUTE, 1);
        doThrow(new IllegalStateException("the sink is full")).when(sink).refused(any());
        test.chat(alices(null));

        test.failure(ClientRefusedException.class, alices(null).withUsageSink(sink));
    }

    /// Makes one more request to read the remaining tokens.
    private void assertRemaining(long tokens) {
        test.chat(selecting("cerebras", "gpt-oss-120b").withUsageSink(sink));
        verify(sink)
                .admitted(argThat(states ->
                        Objects.requireNonNull(states.get(TOKENS_PER_MINUTE)).remaining() == tokens - PROMPT));
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
        test.failure(ClientRefusedException.class, alices(100L).withUsageSink(sink));
        verify(sink).refused(any());
        verifyNoMoreInteractions(sink);
        test.chat(alices(94L));
    }

    @ParameterizedTest
    @CsvSource({"TOKENS_PER_MINUTE, 100tpm: try again in 60 s", "TOKENS_PER_DAY, 100tpd: try again in 43200 s"})
    void refusal_names_estimated_and_remaining_tokens(ClientLimit limit, String end) {
        limit(limit, 100);
        answers(new TokenUsage(50, 10, 60));
        test.chat(alices(54L));

        assertEquals(
                "The request is estimated to need 60 tokens, and the client alice has 40 left of its limit of " + end,
                refused(54L).getMessage());
        test.chat(alices(34L));
    }

    @Test
    void usage_before_the_limit_was_set_counts_for_its_day() {
        test.gateway.usage().ended(UsageServiceTest.request("a", "alice", true));

        limit(REQUESTS_PER_DAY, 2);

        test.chat(alices(null));
        assertEquals(Duration.ofHours(12), refused(null).retryAfter());
    }

    @Test
    void requests_refused_by_the_gateway_do_not_count() {
        rule(new ClientRule(Map.of(REQUESTS_PER_MINUTE, 1L), List.of("groq/*", "none"), false));
        for (int i = 0; i < 3; i++) {
            test.failure(UnknownModelException.class, selecting(null, "none"));
            test.failure(UnknownProviderException.class, selecting("none", "none"));
            test.failure(ClientRefusedException.class, selecting(null, "cerebras/gpt-oss-120b"));
        }
        test.chat(alices(null));

        refused(null);
    }

    @Test
    void reload_changes_the_client_limit_and_keeps_its_usage() {
        limit(REQUESTS_PER_MINUTE, 2);
        test.chat(alices(null));
        limit(REQUESTS_PER_MINUTE, 1);
        refused(null);
        assertEquals("1rpm", test.gateway.clients().rule("alice").toString());
        assertEquals(ClientRule.UNLIMITED, test.gateway.clients().rule(null));

        rule(ClientRule.UNLIMITED);
        test.chat(alices(null));
        limit(REQUESTS_PER_MINUTE, 1);

        test.chat(alices(null));
    }
}
