package io.keywheel.domain.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

    @ParameterizedTest
    @CsvSource({"ok, false", "client_gone, true", "cancelled, true", "all_keys_failed, false"})
    void client_gone_and_cancelled_count_as_ended_by_the_client(String label, boolean expected) {
        assertEquals(expected, new Outcome(label).isEndedByClient());
    }
}
