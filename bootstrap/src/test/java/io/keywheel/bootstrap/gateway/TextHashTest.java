package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextHashTest {

    /// By the example of FIPS 180-2.
    @Test
    void hash_begins_as_the_sha_256_of_the_text() {
        assertEquals(0xba7816bf8f01cfeaL, TextHash.of("abc"));
    }
}
