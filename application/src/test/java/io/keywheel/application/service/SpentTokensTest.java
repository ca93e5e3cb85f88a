package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.upTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
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
                        Completion.of(Content.of("hello"), FinishReason.STOP, null),
                        new RateLimitStatus(List.of(left))));
        test.chat(upTo(0L));
        test.pass(Duration.ofMillis(200));
    }

    @ParameterizedTest(name = "{1} of {0} tokens were cached, the provider counts them: {2}: {3} left")
    @CsvSource({
        "50, , true, 950",
        "0, , true, 94",
        ", , true, 94",
        "50, 40, true, 950",
        "50, 40, false, 990",
        "50, 0, false, 950",
        "50, , false, 950",
    })
    void answer_spends_its_usage_or_its_estimate_without_uncounted_cached_tokens(
            @Nullable Long usage, @Nullable Long cached, boolean counted, long left) {
        test.groq.countsCached = counted;
        TokenUsage reported = usage == null ? null : new TokenUsage(usage, 0, usage, cached, null, Extras.NONE);
        test.groq.script(GROQ_1, (_, _) -> ScriptedPort.answered("hello", reported));

        test.chat(upTo(MAX_TOKENS));

        assertLeft(left);
    }

    @ParameterizedTest(
            name = "of {0} prompt tokens {1} are cached, {2} answered, the provider counts them: {3}: {4} left")
    @CsvSource({
        "50, 0, 1, true, 925",
        "50, 0, 40, true, 910",
        "50, 20, 40, true, 910",
        "50, 20, 40, false, 930",
        "0, 0, 40, true, 969",
    })
    void interrupted_stream_spends_the_usage_reported_so_far(
            long prompt, long cached, long answered, boolean counted, long left) {
        test.groq.countsCached = counted;
        var usage = new TokenUsage(prompt, answered, prompt + answered, cached, null, Extras.NONE);
        Chunk text = Chunk.text("x".repeat(100));
        test.groq.breaksOff(GROQ_1, new Failure.Interrupted("cut"), new Chunk(List.of(), usage, Extras.NONE), text);

        assertThrows(
                StreamInterruptedException.class, () -> test.gateway.chats().chatStream(upTo(MAX_TOKENS), _ -> {}));

        assertLeft(left);
    }

    private void assertLeft(long tokens) {
        test.pass(Duration.ofMillis(200));
        test.failure(AllFailedException.class, upTo(tokens - PROMPT + 1));
        test.chat(upTo(tokens - PROMPT));
    }
}
