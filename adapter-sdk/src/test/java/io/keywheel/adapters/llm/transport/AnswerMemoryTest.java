package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerMemoryTest {

    private static final long ALL = 1 << 20;
    private static final long FREE = AnswerMemory.FREE_PER_ANSWER;

    /// Rounds of the race.
    private static final int ROUNDS = 200_000;

    private final AnswerMemory memory = new AnswerMemory(ALL);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, FREE, FREE + 1, FREE + ALL})
    void answer_within_the_memory_limit_is_admitted(long bytes) {
        assertTrue(memory.share().hold(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {FREE + ALL + 1, Integer.MAX_VALUE, Long.MAX_VALUE})
    void answer_beyond_the_memory_limit_reserves_nothing(long bytes) {
        assertFalse(memory.share().hold(bytes));

        assertTrue(memory.share().hold(FREE + ALL));
    }

    @Test
    void exhausted_memory_still_grants_the_free_share() {
        memory.share().hold(FREE + ALL);

        assertTrue(memory.share().hold(FREE));
        assertFalse(memory.share().hold(FREE + 1));
    }

    @Test
    void closed_share_returns_its_bytes() {
        try (var share = memory.share()) {
            assertTrue(share.hold(FREE + ALL));
            assertFalse(share.hold(FREE + ALL + 1));
        }

        assertTrue(memory.share().hold(FREE + ALL));
    }

    @Test
    void oversized_reservations_do_not_block_other_answers() {
        var over = new AtomicBoolean();
        var greedy = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                assertFalse(memory.share().hold(Long.MAX_VALUE));
            }
        });
        int held = 0;
        for (int i = 0; i < ROUNDS; i++) {
            try (var share = memory.share()) {
                held += share.hold(FREE + 1) ? 1 : 0;
            }
        }
        over.set(true);

        assertEquals(ROUNDS, held);
        greedy.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 20, (1 << 20) + 1})
    void nested_reads_of_any_size_run(int bytes) {
        assertEquals("done", memory.read(bytes, () -> memory.read(bytes, () -> "done")));
    }

    @Test
    void large_reads_run_one_at_a_time_and_small_ones_do_not_wait() throws InterruptedException {
        var done = Collections.synchronizedList(new ArrayList<String>());
        var other = new Thread(() -> memory.read(2 << 20, () -> done.add("other")));

        memory.read(2 << 20, () -> {
            other.start();
            while (!EnumSet.of(Thread.State.WAITING, Thread.State.TERMINATED).contains(other.getState())) {
                Thread.onSpinWait();
            }
            CompletableFuture.runAsync(() -> memory.read(1, () -> done.add("small")))
                    .join();
            return done.add("first");
        });
        other.join();

        assertEquals(List.of("small", "first", "other"), done);
    }
}
