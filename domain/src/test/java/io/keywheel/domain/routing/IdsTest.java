package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    private static final ProviderId GROQ = new ProviderId("groq");

    @ParameterizedTest
    @ValueSource(strings = {"", "Groq", "1x", "a b", "a.b", "a/b", "a:", "{", "`", "abcdefghijklmnopqrstuvwxyzabcdefg"})
    void a_provider_is_named_in_lower_case_and_briefly(String name) {
        assertThrows(IllegalArgumentException.class, () -> new ProviderId(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "z", "az09_-", "abcdefghijklmnopqrstuvwxyzabcdef"})
    void a_providers_name_may_hold_letters_digits_and_two_signs(String name) {
        assertEquals(name, new ProviderId(name).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "a\u0000", "gpt–oss", "a\u007f"})
    void a_model_is_named_in_printable_ascii_without_blanks(String name) {
        assertThrows(IllegalArgumentException.class, () -> new ModelId(name));
    }

    @Test
    void a_models_name_has_at_most_200_characters() {
        assertEquals("m".repeat(200), new ModelId("m".repeat(200)).toString());
        assertThrows(IllegalArgumentException.class, () -> new ModelId("m".repeat(201)));
    }

    @Test
    void a_key_is_seen_by_its_provider_and_place() {
        assertEquals("groq/2", new KeySlot(GROQ, 2).toString());
    }

    @Test
    void keys_are_counted_from_one() {
        assertThrows(IllegalArgumentException.class, () -> new KeySlot(GROQ, 0));
    }

    @Test
    void a_profile_counts_its_keys_without_gaps() {
        var second = new PoolKey(new KeySlot(GROQ, 2), new QuotaGroup(GROQ, "2"), "00000000");

        var gap = assertThrows(
                IllegalArgumentException.class, () -> new ProviderProfile(GROQ, new ModelId("m"), List.of(second)));
        assertEquals("groq/2 is not key 1 of groq", gap.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new ProviderProfile(GROQ, new ModelId("m"), List.of()));
    }
}
