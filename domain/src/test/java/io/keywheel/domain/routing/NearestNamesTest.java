package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

    private static final List<String> NAMES = List.of("KEYWHEEL_PORT", "KEYWHEEL_HOST", "KEYWHEEL_MAX_BODY");

    @Test
    void mistyped_name_yields_the_nearest_name() {
        assertEquals(
                "KEYWHEEL_PORT", NearestNames.nearest("KEYWHEEL_PROT", NAMES, 1).getFirst());
    }

    @Test
    void nearest_name_ignores_case() {
        assertEquals(
                "KEYWHEEL_HOST", NearestNames.nearest("keywheel_host", NAMES, 3).getFirst());
    }

    @Test
    void nearest_names_are_limited_to_the_requested_number() {
        assertEquals(2, NearestNames.nearest("KEYWHEEL_", NAMES, 2).size());
    }

    @Test
    void one_or_two_letters_match_no_longer_name() {
        assertEquals(List.of(), NearestNames.nearest("x", List.of("max_tokens"), 1));
        assertEquals(List.of(), NearestNames.nearest("foo", List.of("f", "o", "fa"), 3));
        assertEquals(List.of(), NearestNames.nearest("width_of_it", List.of("id"), 1));
        assertEquals(List.of("max_tokens"), NearestNames.nearest("max", List.of("max_tokens"), 1));
    }

    @Test
    void name_containing_the_word_ranks_after_two_typos() {
        List<String> candidates = List.of("model-large", "mode", "modal", "dummy");

        assertEquals(List.of("modal", "mode", "model-large"), NearestNames.nearest("model", candidates, 3));
    }

    @Test
    void contained_name_is_at_most_as_far_as_its_length_difference() {
        assertEquals(List.of("mode", "nodel"), NearestNames.nearest("model", List.of("nodel", "mode"), 2));
    }

    @Test
    void word_of_10_million_characters_has_no_nearest_name() {
        assertTrue(NearestNames.nearest("x".repeat(10_000_000), NAMES, 3).isEmpty());
    }

    @Test
    void edits_count_also_between_a_name_and_its_prefix() {
        assertEquals(8, NearestNames.edits("PORT", "PORT_OF_MINE"));
        assertEquals(1, NearestNames.edits("KEYWHEL_PORT", "KEYWHEEL_PORT"));
        assertEquals(0, NearestNames.edits("a", "a"));
    }
}
