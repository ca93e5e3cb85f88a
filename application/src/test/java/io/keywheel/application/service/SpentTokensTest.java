package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException.AllKeysFailedException;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.ModelSelector;
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
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tokens that an attempt spends of 1000 reported ones.
class SpentTokensTest {

    private static final long PROMPT = 6;
    private static final long MAX_TOKENS = 900;

    @AutoClose
    private final TestGateway test = new TestGateway(TestGateway.LIMITS, 1);

    @BeforeEach
    void report() {
        var left = new RateLimitStatus.Bucket("tokens", 8000L, 1000, Duration.ofMinutes(1));
        test.groq.script(
                GROQ_1,
                (_, _) -> new LlmReply.Answered(
                        Completion.of(Reply.of("hello"), FinishReason.STOP, null), new RateLimitStatus(List.of(left))));
        ask(0);
        test.pass(Duration.ofMillis(200));
    }

    @ParameterizedTest(name = "usage of {0} tokens: {1} left")
    @CsvSource({"50, 950", "0, 94", ", 94"})
    void answer_spends_its_usage_or_its_estimate(@Nullable Long usage, long left) {
        answer(usage == null ? null : new TokenUsage(usage, 0, usage));

        ask(MAX_TOKENS);

        assertLeft(left);
    }

    @ParameterizedTest(name = "{0} of 50 tokens were cached, the provider counts them: {1}: {2} left")
    @CsvSource({"40, true, 950", "40, false, 990", "0, false, 950", ", false, 950"})
    void cached_tokens_are_spent_only_if_the_provider_counts_them(@Nullable Long cached, boolean counted, long left) {
        test.groq.countsCached = counted;
        answer(new TokenUsage(50, 0, 50, cached, Extras.NONE));

        ask(MAX_TOKENS);

        assertLeft(left);
    }

    private void answer(@Nullable TokenUsage usage) {
        test.groq.script(
                GROQ_1,
                (_, _) -> new LlmReply.Answered(
                        Completion.of(Reply.of("hello"), FinishReason.STOP, usage), RateLimitStatus.UNKNOWN));
    }

    @Test
    void interrupted_stream_spends_its_prompt_and_received_chunks() {
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.text("x".repeat(300)));
            sink.accept(Chunk.reasoning("x".repeat(100)));
            return new LlmReply.Failed(new Failure.Interrupted("cut"));
        });

        assertThrows(
                StreamInterruptedException.class, () -> test.gateway.chats().chatStream(command(MAX_TOKENS), _ -> {}));

        assertLeft(1000 - PROMPT - 100);
    }

    private void assertLeft(long tokens) {
        test.pass(Duration.ofMillis(200));
        assertThrows(AllKeysFailedException.class, () -> ask(tokens - PROMPT + 1));
        ask(tokens - PROMPT);
    }

    private void ask(long maxTokens) {
        var _ = test.gateway.chats().chat(command(maxTokens));
    }

    private static ChatCommand command(long maxTokens) {
        return new ChatCommand(
                Conversation.of(Message.user("hello")),
                new Sampling(null, maxTokens, null, List.of(), null, null),
                Extras.NONE,
                new ModelSelector("groq", "m"),
                true);
    }
}
