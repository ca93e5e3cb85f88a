package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpentTokenCounterTest {

    private static final long NEED = 5000;

    private final SpentTokenCounter spentTokenCounter = new SpentTokenCounter(100);

    @Test
    void answer_has_spent_what_its_provider_says() {
        assertEquals(777, spentTokenCounter.by(answered(new TokenUsage(700, 77, 777)), NEED));
    }

    @Test
    void answer_without_usage_has_spent_what_was_estimated() {
        assertEquals(NEED, spentTokenCounter.by(answered(null), NEED));
        assertEquals(NEED, spentTokenCounter.by(answered(new TokenUsage(0, 0, 0)), NEED));
        assertEquals(NEED, spentTokenCounter.by(answered(new TokenUsage(-1, -1, Long.MIN_VALUE)), NEED));
    }

    @Test
    void stream_that_was_left_has_spent_its_prompt_and_what_has_come() {
        spentTokenCounter.came(Chunk.text("12345678"));
        spentTokenCounter.came(Chunk.reasoning("1234"));
        var call = new ToolCallPart(0, "id", "name", "12345");
        spentTokenCounter.came(Chunk.of(new Chunk.Delta("", "", List.of(call), Extras.NONE)));

        assertEquals(100 + 5, spentTokenCounter.by(new LlmReply.Failed(new Failure.Cancelled()), NEED));
    }

    private static LlmReply answered(@Nullable TokenUsage usage) {
        return new LlmReply.Answered(Completion.streamed(FinishReason.STOP, usage), RateLimitStatus.UNKNOWN);
    }
}
