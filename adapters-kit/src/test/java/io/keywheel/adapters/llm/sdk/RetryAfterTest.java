package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.250Z");

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "' 7 ', 7", "604799, 604799"})
    void reads_whole_seconds(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), RetryAfter.read(text, NOW));
    }

    @Test
    void reads_a_date_to_the_millisecond() {
        assertEquals(Duration.ofMillis(59_750), RetryAfter.read("Wed, 25 Nov 2026 12:01:00 GMT", NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "604800",
                "604801",
                "2147483647",
                "9223372036854775807",
                "999999999999999999999999999999",
                "Mon, 25 Nov 2030 12:00:00 GMT",
                "Fri, 31 Dec 9999 23:59:59 GMT"
            })
    void delay_of_more_than_a_week_is_a_week(String text) {
        assertEquals(Duration.ofDays(7), RetryAfter.read(text, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Wed, 25 Nov 2026 11:59:00 GMT", "Wed, 25 Nov 2026 12:00:00 GMT"})
    void is_told_nothing_by_a_date_that_is_over(String date) {
        assertNull(RetryAfter.read(date, NOW));
    }

    @Test
    void is_told_nothing_by_a_date_that_is_now() {
        assertNull(RetryAfter.read("Wed, 25 Nov 2026 12:00:00 GMT", Instant.parse("2026-11-25T12:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "-1",
                "1.5",
                "NaN",
                "1e400",
                "-9223372036854775808",
                "٧",
                "2026-11-25T12:01:00Z",
                "Thu, 25 Nov 2026 12:01:00 GMT"
            })
    void is_told_nothing_by_what_is_neither(String text) {
        assertNull(RetryAfter.read(text, NOW));
    }
}
