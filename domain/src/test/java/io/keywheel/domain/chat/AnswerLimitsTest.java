package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion.Choice;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerLimitsTest {

    private static final String MEGABYTE = "x".repeat(1 << 20);
    private static final Extras LARGE = Extras.of("x", MEGABYTE);

    @ParameterizedTest
    @CsvSource({"-1, true", "0, false", "1, false", "127, false", "128, true", "129, true", "2147483647, true"})
    void index_is_from_0_to_127(int index, boolean exceeds) {
        assertEquals(exceeds ? "choices" : null, AnswerLimits.exceeded(choice(index)));
        assertEquals(exceeds ? "tool calls" : null, AnswerLimits.exceeded(call(index)));
        assertEquals(exceeds ? "choices" : null, AnswerLimits.exceeded(completion(index)));
    }

    @ParameterizedTest
    @CsvSource({"128, false", "129, true"})
    void answer_has_at_most_128_pieces_choices_or_tool_calls_even_of_one_index(int count, boolean exceeds) {
        var pieces = Collections.nCopies(count, choice(0).pieces().getFirst());
        var parts = Collections.nCopies(count, new ToolCallPart(0, null, null, "x"));
        var choices = Collections.nCopies(count, completion(0).choices().getFirst());
        var calls = new Content("", null, Collections.nCopies(count, new ToolCall("id", "f", "{}")), Extras.NONE);
        String ofChoices = exceeds ? "choices" : null;
        String ofCalls = exceeds ? "tool calls" : null;

        assertEquals(ofChoices, AnswerLimits.exceeded(new Chunk(pieces, null, Extras.NONE)));
        assertEquals(ofCalls, AnswerLimits.exceeded(Chunk.of(new Delta("", "", parts, Extras.NONE))));
        assertEquals(ofChoices, AnswerLimits.exceeded(new Completion(choices, null, Extras.NONE)));
        assertEquals(ofCalls, AnswerLimits.exceeded(Completion.of(calls, FinishReason.STOP, null)));
    }

    @Test
    void completion_exceeds_the_limit_only_beyond_its_maximum_of_characters() {
        Content longest = Content.of("x".repeat((int) AnswerLimits.CHARACTERS));
        Content longer = Content.of("x".repeat((int) AnswerLimits.CHARACTERS + 1));

        assertNull(AnswerLimits.exceeded(Completion.of(longest, FinishReason.STOP, null)));
        assertEquals("characters", AnswerLimits.exceeded(Completion.of(longer, FinishReason.STOP, null)));
    }

    @Test
    void text_reasoning_and_tool_calls_count_as_characters_and_extras_do_not() {
        var call = new ToolCallPart(0, "id", "name", "{}", LARGE);
        var delta = new Delta("four", "three", List.of(call), LARGE);

        assertEquals(17, AnswerLimits.characters(Chunk.of(delta)));
    }

    @Test
    void every_field_of_a_chunk_counts_as_bytes() {
        var usage = new TokenUsage(1, 1, 2, null, null, LARGE);
        var call = new ToolCallPart(0, MEGABYTE, MEGABYTE, MEGABYTE, LARGE);
        var piece = new Piece(0, new Delta(MEGABYTE, MEGABYTE, List.of(call), LARGE), null, LARGE);

        long bytes = AnswerLimits.bytes(new Chunk(List.of(piece), usage, LARGE));

        assertTrue(bytes > 20 << 20, () -> "just " + bytes);
        assertTrue(bytes < 21 << 20, () -> "even " + bytes);
    }

    @Test
    void empty_chunk_counts_as_bytes() {
        assertTrue(AnswerLimits.bytes(new Chunk(List.of(), null, Extras.NONE)) > 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, TokenUsage.MOST, TokenUsage.MOST + 1, Long.MAX_VALUE})
    void token_usage_is_clamped_between_0_and_its_maximum(long tokens) {
        long bounded = Math.min(Math.max(tokens, 0), TokenUsage.MOST);

        assertEquals(new TokenUsage(bounded, bounded, bounded), new TokenUsage(tokens, tokens, tokens));
        assertEquals(bounded, new TokenUsage(tokens, 0, 0).promptTokens());
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, 0", "5, 5", "6, 5", ","})
    void cached_tokens_are_clamped_to_the_prompt_tokens(@Nullable Long cached, @Nullable Long bounded) {
        assertEquals(bounded, new TokenUsage(5, 7, 12, cached, null, Extras.NONE).cachedTokens());
    }

    @Test
    void reasoning_tokens_are_clamped_to_the_completion_tokens() {
        assertEquals(7, new TokenUsage(5, 7, 12, null, 8L, Extras.NONE).reasoningTokens());
    }

    private static Chunk choice(int index) {
        return new Chunk(
                List.of(new Piece(index, new Delta("x", "", List.of(), Extras.NONE), null, Extras.NONE)),
                null,
                Extras.NONE);
    }

    private static Chunk call(int index) {
        return Chunk.of(new Delta("", "", List.of(new ToolCallPart(index, "id", "f", "{}")), Extras.NONE));
    }

    private static Completion completion(int index) {
        return new Completion(
                List.of(new Choice(index, Content.of("x"), FinishReason.STOP, Extras.NONE)), null, Extras.NONE);
    }
}
