package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenEstimateTest {

    @Test
    void estimate_counts_a_token_per_4_begun_characters_and_4_per_message() {
        assertEquals(4 + 10, prompt(Message.user("x".repeat(40))));
        assertEquals(4 + 11, prompt(Message.user("x".repeat(41))));
        assertEquals(4 + 4 + 10, prompt(Message.user("x".repeat(20)), Message.assistant("x".repeat(20))));
    }

    @Test
    void estimate_adds_max_tokens() {
        assertEquals(4 + 1 + 500, need(500L, Message.user("hi")));
        assertEquals(4 + 1, need(null, Message.user("hi")));
    }

    @Test
    void estimate_adds_max_tokens_per_requested_answer() {
        var three = new Sampling(null, 500L, null, List.of(), null, 3);

        assertEquals(
                4 + 1 + 1500,
                TokenEstimate.of(Conversation.of(Message.user("hi")), three).tokens());
    }

    @Test
    void reserved_tokens_are_capped_at_the_provider_maximum_per_answer() {
        assertEquals(10 + 2 * 500, new TokenEstimate(10, 2, null).reserved(500));
        assertEquals(10 + 2 * 20, new TokenEstimate(10, 2, 20L).reserved(500));
        assertEquals(10 + 2 * 500, new TokenEstimate(10, 2, 600L).reserved(500));
    }

    @Test
    void max_tokens_are_clamped_in_the_estimate() {
        assertEquals((1L << 40) + 5, need(Long.MAX_VALUE, Message.user("hi")));
        assertEquals(5, need(Long.MIN_VALUE, Message.user("hi")));
    }

    @Test
    void image_or_audio_counts_1000_tokens_regardless_of_its_length() {
        var picture = new Part.Image("data:image/png;base64," + "A".repeat(4_000_000), null);
        var sound = new Part.Other(Extras.of("input_audio", "\"" + "A".repeat(4_000_000) + "\""));

        assertEquals(4 + 2000, prompt(new Message(Role.USER, List.of(picture, sound), List.of(), null, Extras.NONE)));
    }

    @Test
    void estimate_counts_tool_definitions_and_tool_calls() {
        var call = new ToolCall("1", "time", "{\"zone\":\"UTC\"}");
        var tool = new Tool.Function("time", "What time it is", "{\"type\":\"object\"}");
        var message = new Message(Role.ASSISTANT, List.of(), List.of(call), null, Extras.NONE);

        long tokens = TokenEstimate.of(new Conversation(List.of(message), List.of(tool), null), Sampling.DEFAULT)
                .tokens();

        assertEquals(4 + Math.ceilDiv(4 + 14 + 4 + 15 + 17, 4), tokens);
    }

    @Test
    void non_function_tool_counts_4_tokens() {
        var search = new Tool.Other(Extras.of("type", "\"browser_search\""));

        assertEquals(
                4 + 1 + 4,
                TokenEstimate.of(new Conversation(List.of(Message.user("hi")), List.of(search), null), Sampling.DEFAULT)
                        .tokens());
    }

    private static long prompt(Message... messages) {
        return need(null, messages);
    }

    private static long need(@Nullable Long maxTokens, Message... messages) {
        return TokenEstimate.of(Conversation.of(messages), new Sampling(null, maxTokens, null, List.of(), null, null))
                .tokens();
    }
}
