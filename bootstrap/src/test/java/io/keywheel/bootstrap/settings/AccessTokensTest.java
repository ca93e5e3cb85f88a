package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.bootstrap.settings.values.Sha256;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTokensTest {

    /// By `printf %s abc | sha256sum`.
    private static final String HASH = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static Map<String, String> clients(String entries) {
        return Reading.usable("KEYWHEEL_ACCESS_TOKENS=" + entries)
                .listener()
                .tokens()
                .clients();
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
    void a_token_has_a_client(String entry, String client) {
        assertEquals(Map.of(HASH, client), clients(entry));
    }

    @ParameterizedTest
    @CsvSource({"YWJjZA==", "YWI=", "YW==Jj", "=="})
    void padding_of_base64_names_nobody(String token) {
        assertEquals(Map.of(Sha256.hex(token), "client-1"), clients(token));
    }

    @Test
    void two_tokens_may_share_a_name_so_that_one_can_replace_the_other() {
        assertEquals(
                Map.of("alice", 2L, "bob", 1L, "client-4", 1L),
                Reading.usable("KEYWHEEL_ACCESS_TOKENS=alice=one,bob=two,alice=three,four")
                        .listener()
                        .tokens()
                        .counts());
    }

    @Test
    void a_token_whose_place_is_another_clients_name_is_a_warning() {
        assertEquals(
                List.of("KEYWHEEL_ACCESS_TOKENS, entry 2: has no name and is client-2, as another one is: they share"
                        + " limits and usage"),
                Reading.warnings("KEYWHEEL_ACCESS_TOKENS=client-2=a-long-enough-token,another-long-enough-one"));
    }

    @Test
    void a_token_is_one_clients_even_where_it_is_written_as_its_hash() {
        assertEquals(
                List.of("KEYWHEEL_ACCESS_TOKENS, entry 2: repeats an earlier entry and is dropped"),
                Reading.warnings("KEYWHEEL_ACCESS_TOKENS=alice=sha256:" + HASH + ",bob=abc"));
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
    void what_cannot_be_read_is_a_problem_named_by_its_place(String entry, String problem) {
        assertEquals(
                List.of("KEYWHEEL_ACCESS_TOKENS, entry 2: " + problem),
                Reading.of("KEYWHEEL_ACCESS_TOKENS=a-token-that-is-long-enough," + entry)
                        .problems());
    }

    @Test
    void prints_no_hash() {
        var tokens =
                Reading.usable("KEYWHEEL_ACCESS_TOKENS=alice=abc").listener().tokens();

        assertFalse(tokens.toString().contains(HASH));
    }
}
