package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.llm.transport.Headers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterParserTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.250Z");

    @ParameterizedTest
    @CsvSource({
        "7, PT7S",
        "0, PT0S",
        "0.2, PT0.2S",
        "' 26.284 ', PT26.284S",
        "33011.382867097855, PT9H10M11.383S",
        "86400, PT24H",
        "2m59.56s, PT2M59.56S",
        "1m26.4s, PT1M26.4S",
        "825ms, PT0.825S",
        "1h2m, PT1H2M",
        "24h, PT24H",
        // Rounded up, because an early retry is refused again.
        "1us, PT0.001S",
        "4.7701s, PT4.771S",
        // A week at most.
        "604800, PT168H",
        "604801, PT168H",
        "9223372036854775807, PT168H",
        "999999999999999999999999999999.9, PT168H",
        "169h, PT168H",
        "999999999999999999999999999999h999999999999999999999999999999m, PT168H",
    })
    void seconds_and_go_durations_are_read_up_to_a_week(String text, Duration delay) {
        assertEquals(delay, RetryAfterParser.parse(text));
        assertEquals(delay, RetryAfterParser.retryAfter(text, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1 2", "1d", "1s2", "s", "1.s", ".5"})
    void other_formats_are_not_durations(String text) {
        assertEquals(null, RetryAfterParser.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e400", "1e3", "-9223372036854775808", "0x10", "٧"})
    void special_number_formats_are_no_delay(String text) {
        assertEquals(null, RetryAfterParser.parse(text));
        assertEquals(null, RetryAfterParser.retryAfter(text, NOW));
    }

    @ParameterizedTest
    @CsvSource({
        "'Wed, 25 Nov 2026 12:01:00 GMT', PT59.75S",
        "'Thu, 26 Nov 2026 12:00:00 GMT', PT23H59M59.75S",
        "'Wed, 25 Nov 2026 11:59:00 GMT', PT0S",
        "'Fri, 31 Dec 9999 23:59:59 GMT', PT168H",
        "'Wednesday, 25-Nov-26 12:01:00 GMT', PT59.75S",
        "'Wed Nov 25 12:01:00 2026', PT59.75S",
        "'Tue Dec  1 12:00:00 2026', PT143H59M59.75S",
    })
    void http_date_becomes_a_delay_of_at_most_a_week(String date, Duration delay) {
        assertEquals(delay, RetryAfterParser.retryAfter(date, NOW));
    }

    @ParameterizedTest
    @CsvSource({"1795608060, PT59.75S", "1795608060500, PT1M0.25S", "1795608060.75, PT59.75S", "1795607940, PT0S"})
    void epoch_timestamp_becomes_a_delay(String time, Duration delay) {
        assertEquals(delay, RetryAfterParser.retryAfter(time, NOW));
        assertEquals(null, RetryAfterParser.parse(time));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-25T12:01:00Z, PT59.75S",
        "2026-11-25T12:01:00.250Z, PT1M",
        "2026-11-25T14:01:00+02:00, PT59.75S",
        "2026-11-25T11:59:00Z,",
        "2026-11-25,",
        "5, PT5S"
    })
    void any_header_may_have_the_delay_and_its_date_may_follow_rfc_3339(String text, @Nullable Duration delay) {
        var headers = Headers.of(Map.of("anthropic-ratelimit-tokens-reset", List.of(text)));

        assertEquals(delay, RetryAfterParser.of(headers, "anthropic-ratelimit-tokens-reset", InstantSource.fixed(NOW)));
    }

    @ParameterizedTest
    @CsvSource({
        "'Wed, 25 Nov 2026 17:00:10 GMT', 'Wed, 25 Nov 2026 17:00:00 GMT', PT10S",
        "'Wed, 25 Nov 2026 12:00:10 GMT', '', PT9.75S",
        "'Wed, 25 Nov 2026 12:00:10 GMT', 'today', PT9.75S",
        "30, 'Wed, 25 Nov 2026 17:00:00 GMT', PT30S",
        "0, '',",
        "'Wed, 25 Nov 2026 17:00:00 GMT', 'Wed, 25 Nov 2026 17:00:00 GMT',",
        "soon, '',",
    })
    void retry_after_date_is_relative_to_the_date_header(String retryAfter, String date, Duration delay) {
        var headers = new TreeMap<>(Map.of("retry-after", List.of(retryAfter)));
        if (!date.isEmpty()) {
            headers.put("date", List.of(date));
        }

        assertEquals(delay, RetryAfterParser.of(Headers.of(headers), InstantSource.fixed(NOW)));
        assertEquals(null, RetryAfterParser.of(Headers.of(Map.of()), InstantSource.fixed(NOW)));
    }

    @Test
    void date_delay_is_bounded_at_extreme_clock_times() {
        assertEquals(Duration.ofDays(7), RetryAfterParser.retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", Instant.MIN));
        assertEquals(Duration.ZERO, RetryAfterParser.retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", Instant.MAX));
    }

    @ParameterizedTest
    @CsvSource({
        "Please try again in 1m2.5s., PT1M2.5S",
        "try again in 350ms, PT0.35S",
        "Try again in 5 s, PT5S",
        "try again in 20 seconds, PT20S",
        "Please try again in 1 minute., PT1M",
        "try again in 1m 30s, PT1M30S",
        "retry in 2 hours and 30 minutes, PT2H30M",
        "'retry after 1 hr, 5 minutes, and 30 seconds', PT1H5M30S",
        "try again in 2 hours 5 mins, PT2H5M",
        "Limit resets every 60s. Please retry in 44.09s, PT44.09S",
        "Please retry after 12 seconds., PT12S",
        "Retry after 1 sec, PT1S",
        "Please wait 7s, PT7S",
        "Rate limit of 10 per 60s exceeded. Please wait 42 seconds before retrying, PT42S",
        "please wait for 1 hour, PT1H",
    })
    void delay_is_read_from_an_error_message(String message, Duration delay) {
        assertEquals(delay, RetryAfterParser.inMessage(message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "retry after 3 attempts",
                "retry after 12",
                "retry 3s",
                "retry5s",
                "try again in 5 sentences",
                "try again in 2messages",
                "try again in 2d3h",
                "we could not wait 30s",
                "Please wait. 5s have passed",
                "Limit 10 per 60s in 350ms"
            })
    void message_numbers_that_are_no_retry_time_are_ignored(String message) {
        assertEquals(null, RetryAfterParser.inMessage(message));
    }

    @Test
    void counters_and_vague_phrases_in_a_message_are_no_delay() {
        assertEquals(null, RetryAfterParser.inMessage("Limit 30, Used 30s, Requested 1. Try it in Berlin in 5m"));
        assertEquals(null, RetryAfterParser.inMessage("Please try again in a moment"));
        assertEquals(null, RetryAfterParser.inMessage("try again in " + "9".repeat(1 << 20)));
        assertEquals(Duration.ofDays(7), RetryAfterParser.inMessage("try again in 99999999999h"));
    }
}
