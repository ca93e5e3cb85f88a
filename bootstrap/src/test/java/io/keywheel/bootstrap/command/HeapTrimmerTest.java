package io.keywheel.bootstrap.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapTrimmerTest {

    private static final int START = 28;

    private final AtomicLong heap = new AtomicLong(START);
    private long live = START;
    private int collections;
    private final HeapTrimmer trimmer = new HeapTrimmer(heap::get, () -> {
        collections++;
        heap.set(live);
    });

    @ParameterizedTest
    @CsvSource({"56, 0", "57, 1"})
    void heap_is_collected_when_it_has_more_than_doubled_since_the_start(long size, int expected) {
        heap.set(size);
        trimmer.trim();

        assertEquals(expected, collections);
    }

    @ParameterizedTest
    @CsvSource({"78, 1", "79, 2"})
    void heap_is_collected_when_it_has_doubled_since_the_last_collection_less_a_little(long size, int expected) {
        live = 40;
        heap.set(57);
        trimmer.trim();

        heap.set(size);
        trimmer.trim();

        assertEquals(expected, collections);
    }

    @Test
    void garbage_of_a_peak_is_collected_within_four_minutes() {
        live = 200;
        heap.set(200);
        trimmer.trim();
        live = START;

        for (int seconds = 0; seconds < 240; seconds += 10) {
            trimmer.trim();
        }

        assertEquals(START, heap.get());
    }

    @Test
    void small_heap_is_never_collected() {
        for (int seconds = 0; seconds < 10_000; seconds += 10) {
            trimmer.trim();
        }

        assertEquals(0, collections);
    }
}
