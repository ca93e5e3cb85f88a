package io.keywheel.domain.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Window LIMITED = Window.OPEN.afterLimit(NOW, NOW);

    @Test
    void is_open_before_the_first_limit_and_admits_one_after_it() {
        assertTrue(Window.OPEN.admits(1000));
        assertTrue(LIMITED.admits(0));
        assertFalse(LIMITED.admits(1));
    }

    @Test
    void of_two_the_one_counts_that_met_a_limit_last() {
        Window later = Window.OPEN.afterLimit(NOW.plusSeconds(1), NOW.plusSeconds(1));

        assertEquals(later, Window.later(LIMITED, later));
        assertEquals(later, Window.later(later, LIMITED));
        assertEquals(LIMITED, Window.later(LIMITED, Window.OPEN));
        assertEquals(LIMITED, Window.later(Window.OPEN, LIMITED));
        assertEquals(Window.OPEN, Window.later(Window.OPEN, Window.OPEN));
    }

    @Test
    void whoever_began_before_the_limit_and_is_let_in_counts_to_what_was_let_in_before_it() {
        Window after = LIMITED.afterLettingIn(NOW, 1);

        assertEquals(new Window(NOW, 1, 0, 1), after);
    }
}
