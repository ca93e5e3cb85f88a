package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.10", "1.50", "12e+300", "3E-2", "4e5", "90.09"})
    void decimal_keeps_its_notation(String written) {
        assertEquals(written, new Decimal(written).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", ".5", "1.", "+1", "1e", "NaN", "0x1", "1 "})
    void decimal_refuses_numbers_that_are_not_json(String written) {
        assertThrows(IllegalArgumentException.class, () -> new Decimal(written));
    }
}
