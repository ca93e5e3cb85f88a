package io.keywheel.adapters.llm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerMemoryTest {

    private static final long ALL = 1 << 20;

    private final AnswerMemory memory = new AnswerMemory(ALL);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, AnswerMemory.FREE, AnswerMemory.FREE + 1, AnswerMemory.FREE + ALL})
    void answer_within_the_memory_has_room(long bytes) {
        assertTrue(memory.share().hold(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {AnswerMemory.FREE + ALL + 1, Integer.MAX_VALUE, Long.MAX_VALUE})
    void answer_beyond_the_memory_has_no_room_and_takes_none(long bytes) {
        assertFalse(memory.share().hold(bytes));

        assertTrue(memory.share().hold(AnswerMemory.FREE + ALL));
    }

    @Test
    void memory_that_is_used_up_leaves_each_answer_what_is_free() {
        memory.share().hold(AnswerMemory.FREE + ALL);

        assertTrue(memory.share().hold(AnswerMemory.FREE));
        assertFalse(memory.share().hold(AnswerMemory.FREE + 1));
    }

    @Test
    void answer_that_is_over_gives_back_what_it_held() {
        try (var share = memory.share()) {
            assertTrue(share.hold(AnswerMemory.FREE + ALL));
            assertFalse(share.hold(AnswerMemory.FREE + ALL + 1));
        }

        assertTrue(memory.share().hold(AnswerMemory.FREE + ALL));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 20, (1 << 20) + 1})
    void work_is_done_whatever_its_size(int bytes) {
        assertEquals("done", memory.read(bytes, () -> memory.read(bytes, () -> "done")));
    }
}
