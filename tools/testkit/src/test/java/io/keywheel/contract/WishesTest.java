package io.keywheel.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// What the maker of an adapter reads where a check fails.
class WishesTest {

    @Test
    void names_the_wish_that_was_dropped_and_where_to_refuse_it() {
        var forgetful = new Accused(Fault.CARRIES_A_SEED_OR_SAYS_THAT_IT_CANNOT);

        String said =
                String.valueOf(assertThrows(AssertionError.class, forgetful::carries_a_seed_or_says_that_it_cannot)
                        .getMessage());

        assertTrue(said.contains("no words for seed"), said);
        assertTrue(said.contains("capabilities"), said);
    }
}
