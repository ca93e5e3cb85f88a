package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.routing.PoolKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    private static final String CANARY = "gsk_canary-5d1c";

    @Test
    void keys_are_trimmed_and_blanks_dropped() {
        var groq = Reading.usable("GROQ_API_KEYS= gsk_1 ,, 'gsk_2' , \"gsk_3\"")
                .providers()
                .getFirst();

        assertEquals(
                List.of("gsk_1", "gsk_2", "gsk_3"),
                groq.settings().keys().stream().map(key -> key.reveal()).toList());
        assertEquals(3, groq.profile().keys().size());
    }

    @Test
    void a_list_that_is_quoted_as_a_whole_is_read_the_same() {
        assertEquals(2, groqKeys("\"gsk_1, gsk_2\"").size());
    }

    @Test
    void a_repeated_key_is_dropped_with_a_warning() {
        var report = Reading.of("GROQ_API_KEYS=gsk_1,gsk_2,gsk_1@team");

        assertEquals(
                2,
                report.settings()
                        .orElseThrow()
                        .providers()
                        .getFirst()
                        .profile()
                        .keys()
                        .size());
        assertEquals(List.of("GROQ_API_KEYS, entry 3: repeats an earlier entry and is dropped"), report.warnings());
    }

    @Test
    void keys_of_one_group_share_it() {
        List<PoolKey> keys = groqKeys("gsk_1@team,gsk_2,gsk_3@team");

        assertEquals(keys.get(0).group(), keys.get(2).group());
        assertEquals("team", keys.get(0).group().name());
    }

    @Test
    void a_key_without_a_group_is_one_of_its_own_whatever_the_groups_are_called() {
        List<PoolKey> keys = groqKeys("gsk_1@2,gsk_2,gsk_3");

        assertEquals(3, keys.stream().map(PoolKey::group).distinct().count());
    }

    @Test
    void a_fingerprint_is_eight_hex_digits_of_the_hash() {
        // printf %s abc | sha256sum
        assertEquals("ba7816bf", groqKeys("abc").getFirst().fingerprint());
        assertNotEquals("ba7816bf", groqKeys("abd").getFirst().fingerprint());
    }

    @Test
    void of_two_keys_whose_fingerprints_would_be_alike_the_later_has_a_longer_one() {
        // printf %s gsk_1676 | sha256sum: a2285795a1f6…; gsk_18824: a2285795f112…
        List<PoolKey> keys = groqKeys("gsk_1676,gsk_18824");

        assertEquals(
                List.of("a2285795", "a2285795f"),
                keys.stream().map(PoolKey::fingerprint).toList());
    }

    @Test
    void a_group_of_its_own_is_called_after_its_key_wherever_that_stands() {
        assertEquals(
                groqKeys("gsk_1,gsk_2").getLast().group(),
                groqKeys("gsk_2").getFirst().group());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gsk_1 gsk_2", "gsk_\u0007", "gsk_é", "@team", "gsk_1@", "gsk_1@a b", "gsk_1@#1"})
    void a_key_that_could_not_be_sent_is_a_problem_named_by_its_place(String entry) {
        var problems = Reading.of("GROQ_API_KEYS=gsk_0," + entry).problems();

        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().startsWith("GROQ_API_KEYS, entry 2: "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GROQ_API_KEYS=" + CANARY,
                "GROQ_API_KEYS=" + CANARY + "," + CANARY,
                "GROQ_API_KEYS=" + CANARY + " " + CANARY,
                "GROQ_API_KEYS=" + CANARY + "@",
                "GROQ_API_KEYS=a@" + CANARY + " ",
                "KEYWHEEL_ACCESS_TOKENS=" + CANARY,
                "KEYWHEEL_ACCESS_TOKENS=" + CANARY + " x",
                "KEYWHEEL_HOST=" + CANARY + "/",
                "KEYWHEEL_PORT=" + CANARY,
                "KEYWHEEL_PROVIDERS=" + CANARY + "!",
                "KEYWHEEL_TRANSPORT=" + CANARY,
                "GROQ_BASE_URL=https://user:" + CANARY + "@groq.example",
                "GROQ_DEFAULT_MODEL=" + CANARY + " x",
                "GROQ_API_KEY=" + CANARY,
                "KEYWHEEL_API_KEY=" + CANARY,
            })
    void no_secret_shows_wherever_it_was_written(String pair) {
        var report = Reading.of(pair);

        // A group's name is shown on purpose, so it is the one place in which a secret could not be kept.
        String shown = Reading.allWords(report).replace("name=" + CANARY, "");
        assertFalse(shown.contains(CANARY), shown);
    }

    private static List<PoolKey> groqKeys(String value) {
        return Reading.usable("GROQ_API_KEYS=" + value)
                .providers()
                .getFirst()
                .profile()
                .keys();
    }
}
