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
import org.junit.jupiter.api.Test;

class ChunkTest {

    private static final Delta NOTHING = new Delta("", "", List.of(), Extras.NONE);

    @Test
    void carries_content_where_there_are_words_thoughts_or_a_call() {
        var call = new ToolCallPart(0, "call_1", "look_up", "{}", Extras.NONE);

        assertTrue(Chunk.text("Hello").carriesContent());
        assertTrue(Chunk.reasoning("Hm").carriesContent());
        assertTrue(Chunk.of(new Delta("", "", List.of(call), Extras.NONE)).carriesContent());
    }

    @Test
    void carries_content_whichever_choice_speaks() {
        var chunk = new Chunk(List.of(piece(0, NOTHING), piece(1, text("Hello"))), null, Extras.NONE);

        assertTrue(chunk.carriesContent());
    }

    @Test
    void carries_no_content_where_nothing_is_said() {
        assertFalse(Chunk.of(NOTHING).carriesContent());
        assertFalse(new Chunk(List.of(), new TokenUsage(1, 2, 3), Extras.NONE).carriesContent());
    }

    @Test
    void its_words_are_those_of_the_first_choice() {
        var chunk = new Chunk(
                List.of(piece(0, text("Good ")), piece(1, text("Bad ")), piece(0, text("morning"))), null, Extras.NONE);

        assertEquals("Good morning", chunk.text());
    }

    @Test
    void thoughts_and_words_are_told_apart() {
        assertEquals("Hm", Chunk.reasoning("Hm").reasoning());
        assertEquals("", Chunk.reasoning("Hm").text());
    }

    @Test
    void extras_keep_their_fields_whatever_becomes_of_the_map_they_came_in() {
        var fields = new LinkedHashMap<>(Map.of("seed", "7"));
        var extras = new Extras(fields);
        fields.clear();

        assertEquals(Map.of("seed", "7"), extras.fields());
    }

    @Test
    void sink_that_does_not_look_ahead_gets_each_chunk() {
        var chunks = new ArrayList<Chunk>();
        ChunkSink sink = chunks::add;

        sink.accept(Chunk.text("Hello"), true);

        assertEquals(List.of(Chunk.text("Hello")), chunks);
    }

    private static Piece piece(int choice, Delta delta) {
        return new Piece(choice, delta, null, Extras.NONE);
    }

    private static Delta text(String words) {
        return new Delta(words, "", List.of(), Extras.NONE);
    }
}
