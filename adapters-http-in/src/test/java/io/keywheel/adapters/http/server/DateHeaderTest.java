package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DateHeaderTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-01T00:00:00.999Z, 'Sun, 01 Nov 2026 00:00:00 GMT'",
        "2028-02-29T23:59:59Z, 'Tue, 29 Feb 2028 23:59:59 GMT'"
    })
    void date_has_two_digit_fields_and_gmt(Instant moment, String text) {
        assertEquals(text, new DateHeader(() -> moment).now().get());
    }

    @Test
    void date_changes_in_the_next_second() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var date = new DateHeader(now::get);
        date.now();

        now.set(Instant.EPOCH.plusSeconds(1));

        assertEquals("Thu, 01 Jan 1970 00:00:01 GMT", date.now().get());
    }
}
