package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.bootstrap.settings.values.Sha256;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTokensTest {

    /// The output of `printf %s abc | sha256sum`.
    private static final String HASH = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static Map<String, String> clients(String entries) {
        return Reading.listener("KEYWHEEL_ACCESS_TOKENS=" + entries).tokens().clients();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice=abc | alice",
                "' alice = \"abc\" ' | alice",
                "alice=sha256:" + HASH + " | alice",
                "alice=sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD | alice",
                "a-1-of-32-characters-0123456789-=abc | a-1-of-32-characters-0123456789-",
                "abc | client-1",
                "sha256:" + HASH + " | client-1",
                "',abc' | client-2",
            })
    void entry_maps_the_token_hash_to_its_client(String entry, String client) {
        assertEquals(Map.of(HASH, client), clients(entry));
    }

    @ParameterizedTest
    @CsvSource({"YWJjZA==", "YWI=", "YW==Jj", "=="})
    void base64_padding_is_not_read_as_a_client_name(String token) {
        assertEquals(Map.of(Sha256.hex(token), "client-1"), clients(token));
    }

    @Test
    void client_may_have_several_tokens() {
        assertEquals(
                Map.of("alice", 2L, "bob", 1L, "client-4", 1L),
                Reading.listener("KEYWHEEL_ACCESS_TOKENS=alice=one,bob=two,alice=three,four")
                        .tokens()
                        .counts());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    client-2=a-long-enough-token,another-long-enough-one | has no name and is client-2, as another one is: they share limits and usage
                    alice=sha256:HASH,bob=abc                            | repeats an earlier entry and is dropped
                    """)
    void entry_that_is_probably_wrong_is_a_warning_with_its_position(String entries, String warning) {
        Reading.of("KEYWHEEL_ACCESS_TOKENS=" + entries.replace("HASH", HASH))
                .assertWarnings("KEYWHEEL_ACCESS_TOKENS, entry 2: " + warning);
    }

    @Test
    void bits_of_a_hash_are_its_first_64() {
        assertEquals(0xba7816bf8f01cfeaL, Sha256.bits("abc"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Alice=abc | before = a client's name is expected, up to 32 of a-z, 0-9 and -",
                "=abc | before = a client's name is expected, up to 32 of a-z, 0-9 and -",
                "a-name-of-33-characters-012345678=abc | before = a client's name is expected, up to 32 of a-z, 0-9 and -",
                "alice=a b | expected visible ASCII characters without blanks; a comma separates tokens",
                "alice=sha256:abc | after sha256: 64 hex digits are expected",
                "alice=sha256:" + HASH + "0 | after sha256: 64 hex digits are expected",
            })
    void invalid_token_entry_is_a_problem_with_its_position(String entry, String problem) {
        Reading.of("KEYWHEEL_ACCESS_TOKENS=a-token-that-is-long-enough," + entry)
                .assertProblems("KEYWHEEL_ACCESS_TOKENS, entry 2: " + problem);
    }

    @Test
    void to_string_contains_no_hash() {
        var tokens = Reading.listener("KEYWHEEL_ACCESS_TOKENS=alice=abc").tokens();

        assertFalse(tokens.toString().contains(HASH));
    }
}
