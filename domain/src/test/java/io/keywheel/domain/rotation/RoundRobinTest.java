package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinTest {

    private final RoundRobin<String> roundRobin = new RoundRobin<>(List.of("a", "b", "c"));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_had_its_turn_goes_to_the_end_of_that_queue_alone(boolean firstAttempt) {
        roundRobin.took("a", firstAttempt);

        assertEquals("bca", queue(firstAttempt));
        assertEquals("abc", queue(!firstAttempt));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_left_is_in_neither_queue(boolean firstAttempt) {
        roundRobin.left("b");

        assertEquals("ac", queue(firstAttempt));
        assertFalse(roundRobin.has("b"));
        assertTrue(roundRobin.has("a"));
        assertFalse(roundRobin.has("stranger"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_came_back_goes_first(boolean firstAttempt) {
        roundRobin.left("b");
        roundRobin.cameBack("b");

        assertEquals("bac", queue(firstAttempt));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoever_came_back_to_its_place_is_where_it_was(boolean firstAttempt) {
        roundRobin.left("b");
        roundRobin.cameBackToItsPlace("b");

        assertEquals("abc", queue(firstAttempt));
    }

    @Test
    void whoever_left_meanwhile_gets_no_turn_by_giving_one_back() {
        roundRobin.took("a", true);
        roundRobin.left("a");
        roundRobin.gaveBack("a", true);

        assertEquals("bc", queue(true));
    }

    @Test
    void a_stranger_leaves_nothing() {
        roundRobin.left("stranger");
        roundRobin.cameBackToItsPlace("stranger");

        assertEquals("abc", queue(true));
    }

    private String queue(boolean firstAttempt) {
        return String.join("", roundRobin.queue(firstAttempt));
    }
}
