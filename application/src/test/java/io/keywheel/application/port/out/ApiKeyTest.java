package io.keywheel.application.port.out;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ApiKeyTest {

    private final ApiKey key = new ApiKey("gsk_secret", "c0ffee01");

    @Test
    void api_key_prints_its_fingerprint() {
        assertEquals("ApiKey[c0ffee01]", key.toString());
        assertEquals("c0ffee01", key.fingerprint());
    }

    @Test
    void api_keys_with_the_same_secret_are_equal() {
        assertEquals(new ApiKey("gsk_secret", "c0ffee01"), key);
        assertEquals(new ApiKey("gsk_secret", "other").hashCode(), key.hashCode());
        assertNotEquals(new ApiKey("gsk_other", "c0ffee01"), key);
    }

    @Test
    void mask_replaces_the_secret_in_a_text() {
        assertEquals("what is ***?", new ApiKey("sk_one", "c0ffee00").mask("what is sk_one?"));
        assertEquals("what is it?", ApiKey.NONE.mask("what is it?"));
    }
}
