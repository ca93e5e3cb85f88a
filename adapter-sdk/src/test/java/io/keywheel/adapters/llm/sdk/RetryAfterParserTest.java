package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterParserTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.250Z");

    @ParameterizedTest
    @CsvSource({
        "7, 7000",
        "0, 0",
        "0.2, 200",
        "26.284, 26284",
        "33011.382867097855, 33011383",
        "86400, 86400000",
        "2m59.56s, 179560",
        "1m26.4s, 86400",
        "825ms, 825",
        "1h2m, 3720000",
        "24h, 86400000",
    })
    void reads_seconds_and_gos_durations(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), RetryAfterParser.parse(text));
    }

    @Test
    void rounds_up_for_too_early_is_refused_again() {
        assertEquals(Duration.ofMillis(1), RetryAfterParser.parse("1us"));
        assertEquals(Duration.ofMillis(4771), RetryAfterParser.parse("4.7701s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1 2", "1d", "1s2", "s", "1.s", ".5"})
    void cannot_read_the_rest(String text) {
        assertEquals(null, RetryAfterParser.parse(text));
    }

    @Test
    void reads_when_to_come_back_from_a_date_and_to_the_millisecond() {
        assertEquals(Duration.ofMillis(59_750), RetryAfterParser.retryAfter("Wed, 25 Nov 2026 12:01:00 GMT", NOW));
        assertEquals(
                Duration.ofHours(24).minusMillis(250),
                RetryAfterParser.retryAfter("Thu, 26 Nov 2026 12:00:00 GMT", NOW));
    }

    @Test
    void comes_back_at_once_from_a_date_that_is_over() {
        assertEquals(Duration.ZERO, RetryAfterParser.retryAfter("Wed, 25 Nov 2026 11:59:00 GMT", NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "604800",
                "604801",
                "2147483647",
                "9223372036854775807",
                "999999999999999999999999999999.9",
                "169h",
                "999999999999999999999999999999h999999999999999999999999999999m",
            })
    void delay_of_more_than_a_week_is_a_week(String text) {
        assertEquals(Duration.ofDays(7), RetryAfterParser.parse(text));
        assertEquals(Duration.ofDays(7), RetryAfterParser.retryAfter(text, NOW));
    }

    @Test
    void date_beyond_a_week_is_a_week() {
        assertEquals(Duration.ofDays(7), RetryAfterParser.retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", NOW));
        assertEquals(Duration.ofDays(7), RetryAfterParser.retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", Instant.MIN));
        assertEquals(Duration.ZERO, RetryAfterParser.retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", Instant.MAX));
    }

    @Test
    void message_without_end_has_no_delay() {
        assertEquals(null, RetryAfterParser.inMessage("try again in " + "9".repeat(1 << 20)));
        assertEquals(Duration.ofDays(7), RetryAfterParser.inMessage("try again in 99999999999h"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e400", "1e3", "-9223372036854775808", "0x10", "٧"})
    void what_is_no_plain_number_is_no_delay(String text) {
        assertEquals(null, RetryAfterParser.parse(text));
        assertEquals(null, RetryAfterParser.retryAfter(text, NOW));
    }

    @Test
    void takes_no_other_number_in_a_message_for_a_delay() {
        assertEquals(null, RetryAfterParser.inMessage("Limit 30, Used 30s, Requested 1. Try it in Berlin in 5m"));
        assertEquals(null, RetryAfterParser.inMessage("Please try again in a moment"));
    }
}
