package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.domain.routing.PoolKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

    private static final String CANARY = "gsk_canary-5d1c";

    @ParameterizedTest
    @ValueSource(strings = {" gsk_1 ,, 'gsk_2' , \"gsk_3\"", "\"gsk_1, gsk_2,gsk_3\""})
    void key_list_ignores_blanks_quotes_and_empty_entries(String list) {
        var keys = Reading.provider("GROQ_API_KEYS=" + list).settings().keys();

        assertEquals(
                List.of("gsk_1", "gsk_2", "gsk_3"),
                keys.stream().map(key -> key.reveal()).toList());
    }

    @Test
    void a_repeated_key_is_dropped_with_a_warning() {
        assertEquals(2, keys("gsk_1,gsk_2,gsk_1@team").size());
        Reading.of("GROQ_API_KEYS=gsk_1,gsk_2,gsk_1@team")
                .assertWarnings("GROQ_API_KEYS, entry 3: repeats an earlier entry and is dropped");
    }

    /// Prefixes and placeholders count only at a default base URL.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GROQ_API_KEYS=gsk_1,csk-2 | GROQ_API_KEYS, entry 2: begins as keys of cerebras do: swapped? Keys of groq are made at https://console.groq.com/keys
                    CEREBRAS_API_KEYS=gsk_1 | CEREBRAS_API_KEYS, entry 1: begins as keys of groq do: swapped? Keys of cerebras are made at https://cloud.cerebras.ai
                    GROQ_API_KEYS=sk-1 | GROQ_API_KEYS, entry 1: begins as keys of openai or deepseek do: swapped? Keys of groq are made at https://console.groq.com/keys
                    KEYWHEEL_PROVIDERS=openai; OPENAI_DEFAULT_MODEL=m; OPENAI_API_KEYS=sk-or-v1-1 | OPENAI_API_KEYS, entry 1: begins as keys of openrouter do: swapped? Keys of openai are made at https://platform.openai.com/api-keys
                    KEYWHEEL_PROVIDERS=openai; OPENAI_DEFAULT_MODEL=m; OPENAI_API_KEYS=sk-proj-1 | ''
                    GROQ_API_KEYS=whatever | ''
                    GROQ_API_KEYS=csk-1; GROQ_BASE_URL=https://proxy.example | ''
                    GROQ_API_KEYS=xxx; GROQ_BASE_URL=https://proxy.example | ''
                    KEYWHEEL_PROVIDERS=mine; MINE_BASE_URL=https://mine.example; MINE_DEFAULT_MODEL=m; MINE_API_KEYS=changeme | ''
                    GROQ_API_KEYS=gsk_1,gsk_2;gsk_3@team | GROQ_API_KEYS, entry 2: has a semicolon, but only a comma separates keys
                    """)
    void key_that_is_probably_wrong_is_a_warning_with_its_position(String settings, String warnings) {
        assertEquals(
                warnings, String.join("; ", Reading.of(settings.split("; ", -1)).warnings()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "your-key-here",
                "YOUR_API_KEY",
                "gsk_your_key_here",
                "put-your-key-here",
                "<your key>",
                "changeme",
                "change-me",
                "xxx",
                "gsk_xxxxxxxx",
                "sk-...",
                "gsk_abc...",
                "gsk_…",
                "gsk_",
                "***",
                "api-key",
                "groq-key-here",
                "${GROQ_API_KEY}",
                "$GROQ_API_KEY",
            })
    void placeholder_key_is_dropped_with_a_warning(String placeholder) {
        var report = Reading.of("GROQ_API_KEYS=" + placeholder + "@team,gsk_1");

        report.assertWarnings("GROQ_API_KEYS, entry 1: is a placeholder, not a key, and is dropped; make a key at"
                + " https://console.groq.com/keys");
        assertEquals(1, report.providers().getFirst().profile().keys().size());

        var alone = Reading.of("GROQ_API_KEYS=" + placeholder, "CEREBRAS_API_KEYS=csk-1");
        assertEquals(1, alone.providers().size());
        assertEquals(List.of(), alone.notices(), "the warning says it");
    }

    @Test
    void keys_with_one_group_name_share_a_quota_group() {
        List<PoolKey> keys = keys("gsk_1@team,gsk_2,gsk_3@team");

        assertEquals(keys.get(0).group(), keys.get(2).group());
        assertEquals("team", keys.get(0).group().name());
    }

    @Test
    void key_without_a_group_has_its_own_quota_group_independent_of_its_position() {
        assertEquals(
                3,
                keys("gsk_1@2,gsk_2,gsk_3").stream()
                        .map(PoolKey::group)
                        .distinct()
                        .count());
        assertEquals(
                keys("gsk_1,gsk_2").getLast().group(), keys("gsk_2").getFirst().group());
    }

    /// The expected values are from `printf %s KEY | sha256sum`. On a collision, the later key has a longer
    /// fingerprint.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    abc | ba7816bf
                    gsk_1676,gsk_18824 | a2285795,a2285795f
                    """)
    void fingerprint_is_the_start_of_the_hash_extended_on_collision(String list, String fingerprints) {
        assertEquals(
                List.of(fingerprints.split(",", -1)),
                keys(list).stream().map(PoolKey::fingerprint).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gsk_1 gsk_2", "gsk_\u0007", "gsk_é", "@team", "gsk_1@", "gsk_1@a b", "gsk_1@#1"})
    void invalid_key_entry_is_a_problem_with_its_position(String entry) {
        Reading.of("GROQ_API_KEYS=gsk_0," + entry).assertProblemBegins("GROQ_API_KEYS, entry 2: ");
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
                "KEYWHEEL_ACCESS_TOKENS=alice=" + CANARY,
                "KEYWHEEL_ACCESS_TOKENS=" + CANARY + "=x",
                "KEYWHEEL_ACCESS_TOKENS=alice=sha256:" + CANARY,
                "KEYWHEEL_HOST=" + CANARY + "/",
                "KEYWHEEL_PORT=" + CANARY,
                "KEYWHEEL_PROVIDERS=" + CANARY + "!",
                "KEYWHEEL_TRANSPORT=" + CANARY,
                "GROQ_BASE_URL=https://user:" + CANARY + "@groq.example",
                "GROQ_DEFAULT_MODEL=" + CANARY + " x",
                "GROQ_API_KEY=" + CANARY,
                "KEYWHEEL_API_KEY=" + CANARY,
            })
    void report_shows_no_secret_of_any_setting(String pair) {
        var report = Reading.of(pair);

        // A group name is shown on purpose, so a secret in its place is visible.
        String shown = report.allWords().replace("name=" + CANARY, "");
        assertFalse(shown.contains(CANARY), shown);
    }

    private static List<PoolKey> keys(String list) {
        return Reading.provider("GROQ_API_KEYS=" + list).profile().keys();
    }
}
