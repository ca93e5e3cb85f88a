package io.keywheel.domain.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SlowStartTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final SlowStart LIMITED = SlowStart.OPEN.afterLimit(NOW, NOW);

    @Test
    void is_open_before_the_first_limit_and_admits_one_after_it() {
        assertTrue(SlowStart.OPEN.admits(1000));
        assertTrue(LIMITED.admits(0));
        assertFalse(LIMITED.admits(1));
    }

    @Test
    void of_two_the_one_counts_that_met_a_limit_last() {
        SlowStart later = SlowStart.OPEN.afterLimit(NOW.plusSeconds(1), NOW.plusSeconds(1));

        assertEquals(later, SlowStart.later(LIMITED, later));
        assertEquals(later, SlowStart.later(later, LIMITED));
        assertEquals(LIMITED, SlowStart.later(LIMITED, SlowStart.OPEN));
        assertEquals(LIMITED, SlowStart.later(SlowStart.OPEN, LIMITED));
        assertEquals(SlowStart.OPEN, SlowStart.later(SlowStart.OPEN, SlowStart.OPEN));
    }

    @Test
    void whoever_began_before_the_limit_and_is_let_in_counts_to_what_was_let_in_before_it() {
        SlowStart after = LIMITED.afterAdmission(NOW, 1);

        assertEquals(new SlowStart(NOW, 1, 0, 1), after);
    }
}
