package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

    private static final List<String> NAMES = List.of("KEYWHEEL_PORT", "KEYWHEEL_HOST", "KEYWHEEL_MAX_BODY");

    @Test
    void finds_the_name_that_was_mistyped() {
        assertEquals(
                "KEYWHEEL_PORT", NearestNames.nearest("KEYWHEEL_PROT", NAMES, 1).getFirst());
    }

    @Test
    void does_not_mind_case() {
        assertEquals(
                "KEYWHEEL_HOST", NearestNames.nearest("keywheel_host", NAMES, 3).getFirst());
    }

    @Test
    void gives_no_more_than_asked_for() {
        assertEquals(2, NearestNames.nearest("KEYWHEEL_", NAMES, 2).size());
    }

    @Test
    void a_letter_or_two_mean_no_name_that_happens_to_hold_them() {
        assertEquals(List.of(), NearestNames.nearest("x", List.of("max_tokens"), 1));
        assertEquals(List.of(), NearestNames.nearest("width_of_it", List.of("id"), 1));
        assertEquals(List.of("max_tokens"), NearestNames.nearest("max", List.of("max_tokens"), 1));
    }

    @Test
    void a_name_that_holds_the_word_is_as_near_as_two_slips_at_most() {
        List<String> candidates = List.of("model-large", "mode", "modal", "dummy");

        assertEquals(List.of("modal", "mode", "model-large"), NearestNames.nearest("model", candidates, 3));
    }

    @Test
    void a_name_that_holds_the_word_is_no_farther_than_it_is_longer() {
        assertEquals(List.of("mode", "nodel"), NearestNames.nearest("model", List.of("nodel", "mode"), 2));
    }

    @Test
    void bounds_its_work_whatever_the_length_of_the_word() {
        assertTrue(NearestNames.nearest("x".repeat(10_000_000), NAMES, 3).isEmpty());
    }
}
