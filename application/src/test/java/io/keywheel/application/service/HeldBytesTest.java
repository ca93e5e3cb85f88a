package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HeldBytesTest {

    private final HeldBytes memory = new HeldBytes();

    @Test
    void full_memory_leaves_each_stream_its_free_bytes() {
        fill();

        assertFalse(memory.change(0, HeldBytes.FREE_PER_STREAM + 1));
        assertTrue(memory.change(0, HeldBytes.FREE_PER_STREAM));
    }

    @Test
    void released_bytes_are_available_to_other_streams() {
        fill();

        assertTrue(memory.change(HeldBytes.MOST_PER_STREAM, 0));

        assertTrue(memory.change(0, HeldBytes.MOST_PER_STREAM));
        assertFalse(memory.change(0, HeldBytes.FREE_PER_STREAM + 1));
    }

    private void fill() {
        assertTrue(memory.change(0, HeldBytes.MOST_SHARED + HeldBytes.FREE_PER_STREAM));
    }
}
