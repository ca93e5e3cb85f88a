package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.settings.values.Sha256;
import org.junit.jupiter.api.Test;

class Sha256Test {

    /// The expected value is from the example in FIPS 180-2.
    @Test
    void bits_are_the_first_64_bits_of_the_hash() {
        assertEquals(0xba7816bf8f01cfeaL, Sha256.bits("abc"));
    }
}
