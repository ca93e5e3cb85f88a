package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkTest {

    private static final Delta NOTHING = new Delta("", "", List.of(), Extras.NONE);

    @Test
    void chunk_with_text_reasoning_or_a_tool_call_carries_content() {
        var call = new ToolCallPart(0, "call_1", "look_up", "{}", Extras.NONE);

        assertTrue(Chunk.text("Hello").carriesContent());
        assertTrue(Chunk.reasoning("Hm").carriesContent());
        assertTrue(Chunk.of(new Delta("", "", List.of(call), Extras.NONE)).carriesContent());
    }

    @Test
    void chunk_with_text_in_any_choice_carries_content() {
        var chunk = new Chunk(List.of(piece(0, NOTHING), piece(1, text("Hello"))), null, Extras.NONE);

        assertTrue(chunk.carriesContent());
    }

    @Test
    void chunk_without_text_reasoning_or_tool_calls_carries_no_content() {
        assertFalse(Chunk.of(NOTHING).carriesContent());
        assertFalse(new Chunk(List.of(), new TokenUsage(1, 2, 3), Extras.NONE).carriesContent());
    }

    @Test
    void chunk_text_is_the_text_of_the_first_choice() {
        var chunk = new Chunk(
                List.of(piece(0, text("Good ")), piece(1, text("Bad ")), piece(0, text("morning"))), null, Extras.NONE);

        assertEquals("Good morning", chunk.text());
    }

    @Test
    void chunk_reasoning_is_not_part_of_its_text() {
        assertEquals("Hm", Chunk.reasoning("Hm").reasoning());
        assertEquals("", Chunk.reasoning("Hm").text());
    }

    @Test
    void copy_with_another_text_keeps_all_other_fields() {
        assertEquals(lastChunk("b"), lastChunk("a").withText("b"));
        assertEquals(Chunk.reasoning("b"), Chunk.reasoning("a").withText("b"));
    }

    private static Chunk lastChunk(String text) {
        var delta = new Delta(text, "", List.of(), Extras.of("role", "1"));
        var piece = new Piece(2, delta, FinishReason.STOP, Extras.of("logprobs", "2"));
        return new Chunk(List.of(piece), new TokenUsage(1, 2, 3), Extras.of("id", "3"));
    }

    @Test
    void extras_copy_the_given_fields() {
        var fields = new LinkedHashMap<>(Map.of("seed", "7"));
        var extras = new Extras(fields);
        fields.clear();

        assertEquals(Map.of("seed", "7"), extras.fields());
    }

    @ParameterizedTest
    @ValueSource(strings = {"refusal", "audio", "function_call", "images"})
    void extra_field_of_an_answer_carries_content_unless_it_is_empty(String field) {
        assertTrue(Extras.of(field, "\"No.\"").carryContent());
        assertFalse(Extras.of(field, "null").carryContent());
        assertFalse(Extras.of(field, "\"\"").carryContent());
        assertFalse(Extras.of(field, "[]").carryContent());
    }

    @Test
    void extras_without_a_field_of_content_carry_none() {
        assertFalse(Extras.NONE.carryContent());
        assertFalse(Extras.of("logprobs", "[1]").carryContent());
    }

    @Test
    void usage_of_an_answer_is_the_last_that_is_not_zero() {
        var reported = new TokenUsage(1, 2, 3);
        var renewed = new TokenUsage(1, 4, 5);

        assertEquals(reported, usage(reported).usageAfter(null));
        assertEquals(renewed, usage(renewed).usageAfter(reported));
        assertEquals(reported, usage(null).usageAfter(reported));
        assertEquals(reported, usage(TokenUsage.NONE).usageAfter(reported));
        assertEquals(TokenUsage.NONE, usage(TokenUsage.NONE).usageAfter(null));
    }

    @Test
    void default_sink_ignores_the_look_ahead_flag_and_gets_each_chunk() {
        var chunks = new ArrayList<Chunk>();
        ChunkSink sink = chunks::add;

        sink.accept(Chunk.text("Hello"), true);

        assertEquals(List.of(Chunk.text("Hello")), chunks);
    }

    private static Chunk usage(@Nullable TokenUsage usage) {
        return new Chunk(List.of(), usage, Extras.NONE);
    }

    private static Piece piece(int choice, Delta delta) {
        return new Piece(choice, delta, null, Extras.NONE);
    }

    private static Delta text(String words) {
        return new Delta(words, "", List.of(), Extras.NONE);
    }
}
