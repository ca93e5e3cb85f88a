package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

    private static final List<String> NAMES = List.of("KEYWHEEL_PORT", "KEYWHEEL_HOST", "KEYWHEEL_MAX_BODY");

    @Test
    void mistyped_name_is_found() {
        assertEquals(
                "KEYWHEEL_PORT", NearestNames.nearest("KEYWHEEL_PROT", NAMES, 1).getFirst());
    }

    @Test
    void case_does_not_count() {
        assertEquals(
                "KEYWHEEL_HOST", NearestNames.nearest("keywheel_host", NAMES, 3).getFirst());
    }

    @Test
    void no_more_names_than_asked_for() {
        assertEquals(2, NearestNames.nearest("KEYWHEEL_", NAMES, 2).size());
    }

    @Test
    void one_or_two_letters_match_no_name_that_holds_them() {
        assertEquals(List.of(), NearestNames.nearest("x", List.of("max_tokens"), 1));
        assertEquals(List.of(), NearestNames.nearest("foo", List.of("f", "o", "fa"), 3));
        assertEquals(List.of(), NearestNames.nearest("width_of_it", List.of("id"), 1));
        assertEquals(List.of("max_tokens"), NearestNames.nearest("max", List.of("max_tokens"), 1));
    }

    @Test
    void name_that_holds_the_word_is_at_most_as_near_as_two_typos() {
        List<String> candidates = List.of("model-large", "mode", "modal", "dummy");

        assertEquals(List.of("modal", "mode", "model-large"), NearestNames.nearest("model", candidates, 3));
    }

    @Test
    void name_that_holds_the_word_is_no_farther_than_it_is_longer() {
        assertEquals(List.of("mode", "nodel"), NearestNames.nearest("model", List.of("nodel", "mode"), 2));
    }

    @Test
    void work_is_bounded_whatever_the_length_of_the_word() {
        assertTrue(NearestNames.nearest("x".repeat(10_000_000), NAMES, 3).isEmpty());
    }

    @Test
    void edits_are_counted_whatever_holds_the_other() {
        assertEquals(8, NearestNames.edits("PORT", "PORT_OF_MINE"));
        assertEquals(1, NearestNames.edits("KEYWHEL_PORT", "KEYWHEEL_PORT"));
        assertEquals(0, NearestNames.edits("a", "a"));
    }
}
