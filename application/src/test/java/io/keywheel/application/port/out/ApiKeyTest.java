package io.keywheel.application.port.out;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ApiKeyTest {

    private final ApiKey key = new ApiKey("gsk_secret", "c0ffee01");

    @Test
    void prints_as_its_fingerprint() {
        assertEquals("ApiKey[c0ffee01]", key.toString());
        assertEquals("c0ffee01", key.fingerprint());
    }

    @Test
    void is_the_same_key_by_the_same_secret() {
        assertEquals(new ApiKey("gsk_secret", "c0ffee01"), key);
        assertEquals(new ApiKey("gsk_secret", "c0ffee01").hashCode(), key.hashCode());
        assertNotEquals(new ApiKey("gsk_other", "c0ffee01"), key);
    }

    @Test
    void reveals_the_secret_to_who_asks_for_it() {
        assertEquals("gsk_secret", key.reveal());
    }

    @Test
    void is_hidden_in_what_others_say() {
        assertEquals("what is ***?", new ApiKey("sk_one", "c0ffee00").hiddenIn("what is sk_one?"));
        assertEquals("what is it?", ApiKey.NONE.hiddenIn("what is it?"));
    }
}
