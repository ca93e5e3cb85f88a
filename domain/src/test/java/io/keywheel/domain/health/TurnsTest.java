package io.keywheel.domain.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnsTest {

    private final Turns<String> turns = new Turns<>(List.of("a", "b", "c"));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_had_its_turn_goes_to_the_end_of_that_queue_alone(boolean firstAttempt) {
        turns.took("a", firstAttempt);

        assertEquals("bca", queue(firstAttempt));
        assertEquals("abc", queue(!firstAttempt));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_left_is_in_neither_queue(boolean firstAttempt) {
        turns.left("b");

        assertEquals("ac", queue(firstAttempt));
        assertFalse(turns.has("b"));
        assertTrue(turns.has("a"));
        assertFalse(turns.has("stranger"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_came_back_goes_first(boolean firstAttempt) {
        turns.left("b");
        turns.cameBack("b");

        assertEquals("bac", queue(firstAttempt));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_came_back_to_its_place_is_where_it_was(boolean firstAttempt) {
        turns.left("b");
        turns.cameBackToItsPlace("b");

        assertEquals("abc", queue(firstAttempt));
    }

    @Test
    void whoever_left_meanwhile_gets_no_turn_by_giving_one_back() {
        turns.took("a", true);
        turns.left("a");
        turns.gaveBack("a", true);

        assertEquals("bc", queue(true));
    }

    @Test
    void a_stranger_leaves_nothing() {
        turns.left("stranger");
        turns.cameBackToItsPlace("stranger");

        assertEquals("abc", queue(true));
    }

    private String queue(boolean firstAttempt) {
        return String.join("", turns.queue(firstAttempt));
    }
}
