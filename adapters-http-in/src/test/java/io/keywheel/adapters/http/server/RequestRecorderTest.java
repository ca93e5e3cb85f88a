package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RequestRecorderTest {

    @Test
    void every_character_becomes_printable_ascii_without_blanks_and_quotes() {
        for (char c = 0; c < 0x3000; c++) {
            String escaped = RequestRecorder.escaped("a" + c, 9);
            assertTrue(escaped.matches("a(?:[!#-\\[\\]-~]|\\\\x[0-9a-f]{2})"), escaped);
        }
    }
}
