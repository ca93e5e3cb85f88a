package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNamesTest {

    @ParameterizedTest(name = "{0}: {1} of {2}")
    @CsvSource(delimiter = ';', textBlock = """
                    a typo; KEYWHEEL_PROT; KEYWHEEL_PORT KEYWHEEL_HOST KEYWHEEL_MAX_BODY; 1; KEYWHEEL_PORT
                    another case; keywheel_host; KEYWHEEL_PORT KEYWHEEL_HOST; 1; KEYWHEEL_HOST
                    at most as many as wanted; KEYWHEEL_; KEYWHEEL_PORT KEYWHEEL_HOST; 1; KEYWHEEL_HOST
                    one letter matches no longer name; x; max_tokens; 1; ''
                    and is no match; foo; f o fa; 3; ''
                    nor are two; width_of_it; id; 1; ''
                    three letters match a longer name; max; max_tokens; 1; max_tokens
                    a name that contains the word ranks after two typos; model; model-large mode modal dummy; 3; modal mode model-large
                    a contained name is as far as its length differs at most; model; nodal mode; 2; mode nodal
                    of two that contain the word, the shorter is nearer; /models; /api/models/refresh /v1/models; 2; /v1/models /api/models/refresh
                    half of a name is no match; nope/a; openai; 3; ''
                    a surplus vendor is two edits; openai/gpt-os-120b; gpt-oss-120b whisper; 3; gpt-oss-120b
                    a missing vendor is one edit; gpt-os-120b; openai/gpt-oss-120b openai/whisper; 3; openai/gpt-oss-120b
                    """)
    void nearest_names_come_first(String what, String word, String candidates, int limit, String expected) {
        assertEquals(
                expected, String.join(" ", NearestNames.nearest(word, List.of(candidates.split(" ")), limit)), what);
    }

    @Test
    void word_of_10_million_characters_has_no_nearest_name() {
        assertTrue(NearestNames.nearest("x".repeat(10_000_000), List.of("KEYWHEEL_PORT"), 3)
                .isEmpty());
    }

    @Test
    void only_the_first_64_characters_are_compared() {
        String same = "x".repeat(64);
        String listed = same + "y".repeat(60);

        assertEquals(List.of(listed), NearestNames.nearest(same + "z".repeat(60), List.of(listed), 3));
    }
}
