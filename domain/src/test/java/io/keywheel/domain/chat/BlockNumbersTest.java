package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.chat.BlockNumbers.TextKind;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlockNumbersTest {

    private final BlockNumbers numbers = new BlockNumbers();

    private int of(int index, @Nullable String id, @Nullable String name) {
        return numbers.of(part(index, id, name));
    }

    private static ToolCallPart part(int index, @Nullable String id, @Nullable String name) {
        return new ToolCallPart(index, id, name, "{");
    }

    private static Chunk chunk(int choice, Delta delta) {
        return new Chunk(List.of(new Piece(choice, delta, null, Extras.NONE)), null, Extras.NONE);
    }

    @Test
    void text_after_another_block_gets_a_new_block_number() {
        assertEquals(0, numbers.of(TextKind.TEXT));
        assertEquals(0, numbers.of(TextKind.TEXT));
        assertEquals(1, numbers.of(TextKind.REASONING));
        assertEquals(2, numbers.of(TextKind.TEXT));
        assertEquals(3, of(0, "c0", "f"));
        assertEquals(4, numbers.of(TextKind.TEXT));
        assertEquals(3, of(0, null, null));
        assertEquals(4, numbers.of(TextKind.TEXT));
    }

    @Test
    void fragments_of_one_index_are_one_call_regardless_of_id_and_name_order() {
        assertEquals(0, of(5, null, ""));
        assertEquals(0, of(5, "c0", null));
        assertEquals(0, of(5, "", "f"));
        assertEquals(0, of(5, "c0", "f"));
        assertEquals(0, of(5, "c1", null));
        assertEquals(1, of(6, null, null));
    }

    @Test
    void another_id_with_a_name_is_another_call_under_the_same_index() {
        assertEquals(0, of(0, "c0", "f"));
        assertEquals(1, of(0, "c1", "f"));
        assertEquals(1, of(0, null, null));
    }

    @Test
    void tool_call_index_beyond_the_limit_exceeds_the_limit() {
        assertEquals(
                "tool calls", numbers.count(chunk(0, new Delta("", "", List.of(part(128, "c", "f")), Extras.NONE))));
    }

    @Test
    void blocks_exceed_the_limit_only_beyond_its_maximum() {
        for (int i = 0; i < AnswerLimits.TOOL_CALLS; i++) {
            var delta = new Delta("", "", List.of(part(0, "c" + i, "f")), Extras.NONE);
            assertNull(numbers.count(chunk(0, delta)));
        }
        for (int i = AnswerLimits.TOOL_CALLS; i < AnswerLimits.BLOCKS; i += 2) {
            assertNull(numbers.count(chunk(0, new Delta("a", "b", List.of(), Extras.NONE))));
            assertNull(numbers.count(chunk(0, new Delta("", "", List.of(), Extras.NONE))));
            assertNull(numbers.count(chunk(1, new Delta("a", "b", List.of(), Extras.NONE))));
        }

        assertEquals("blocks", numbers.count(Chunk.reasoning("b")));
        assertEquals(
                "tool calls", numbers.count(chunk(0, new Delta("", "", List.of(part(1, null, null)), Extras.NONE))));
    }
}
