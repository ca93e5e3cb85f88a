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
    void invalid_provider_name_is_rejected(String name) {
        assertThrows(IllegalArgumentException.class, () -> new ProviderId(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "z", "az09_-", "abcdefghijklmnopqrstuvwxyzabcdef"})
    void provider_name_accepts_letters_digits_dash_and_underscore(String name) {
        assertEquals(name, new ProviderId(name).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "a\u0000", "gpt–oss", "a\u007f"})
    void model_name_with_blanks_control_or_non_ascii_characters_is_rejected(String name) {
        assertThrows(IllegalArgumentException.class, () -> new ModelId(name));
    }

    @Test
    void model_name_has_at_most_200_characters() {
        assertEquals("m".repeat(200), new ModelId("m".repeat(200)).toString());
        assertThrows(IllegalArgumentException.class, () -> new ModelId("m".repeat(201)));
    }

    @Test
    void key_ordinals_start_at_one() {
        assertThrows(IllegalArgumentException.class, () -> new KeySlot(GROQ, 0));
    }

    @Test
    void profile_has_at_least_one_key_and_no_gaps() {
        var second = new PoolKey(new KeySlot(GROQ, 2), new QuotaGroup(GROQ, "2"), "00000000");

        var gap = assertThrows(
                IllegalArgumentException.class, () -> new ProviderProfile(GROQ, new ModelId("m"), List.of(second), 0));
        assertEquals("groq/2 is not key 1 of groq", gap.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new ProviderProfile(GROQ, new ModelId("m"), List.of(), 0));
    }
}
