package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinTest {

    private final RoundRobin<String> roundRobin = new RoundRobin<>(List.of("a", "b", "c"), "abc"::indexOf);

    @ParameterizedTest(name = "first attempt: {0}")
    @ValueSource(booleans = {true, false})
    void member_goes_to_the_end_of_the_queue_in_which_it_had_its_turn(boolean firstAttempt) {
        roundRobin.took("a", firstAttempt);

        assertEquals("bca", queue(firstAttempt));
        assertEquals("abc", queue(!firstAttempt));
    }

    @ParameterizedTest(name = "first attempt: {0}")
    @ValueSource(booleans = {true, false})
    void member_that_left_comes_back_to_the_front_or_to_its_place(boolean firstAttempt) {
        roundRobin.left("b");
        assertEquals("ac", queue(firstAttempt));
        assertFalse(roundRobin.has("b"));
        assertTrue(roundRobin.has("a"));

        roundRobin.cameBackToItsPlace("b");
        assertEquals("abc", queue(firstAttempt));

        roundRobin.left("b");
        roundRobin.cameBack("b");
        assertEquals("bac", queue(firstAttempt));
    }

    @Test
    void member_that_left_meanwhile_gets_no_turn_by_returning_one() {
        roundRobin.took("a", true);
        roundRobin.left("a");
        roundRobin.gaveBack("a", true);

        assertEquals("bc", queue(true));
    }

    @Test
    void unknown_member_changes_nothing() {
        roundRobin.left("stranger");
        roundRobin.cameBackToItsPlace("stranger");

        assertEquals("abc", queue(true));
        assertFalse(roundRobin.has("stranger"));
    }

    private String queue(boolean firstAttempt) {
        return String.join("", roundRobin.queue(firstAttempt));
    }
}
