package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a 429 tells of when to come back, and of what is left.
class RateLimitReaderTest {

    @Test
    void prefers_the_header_to_the_message_for_when_to_come_back() {
        assertEquals(
                Duration.ofSeconds(7),
                limited("try again in 2s", "Retry-After: 7").retryAfter());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4.77s=4770",
                "9m38.016s=578016",
                "250ms=250",
                "1h2m=3720000",
                "1h2m3s=3723000",
                "23h59m=86340000"
            })
    void reads_when_to_come_back_from_the_message(String example) {
        String[] parts = example.split("=", 2);
        assertEquals(
                Duration.ofMillis(Long.parseLong(parts[1])),
                limited("Please try again in " + parts[0] + ". Need more?").retryAfter());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "NaN", "1e999", "soon", "", "99999999999999999999999999999999999999"})
    void shrugs_at_hostile_delays(String value) {
        assertEquals(null, limited("no", "Retry-After: " + value).retryAfter());
    }

    @Test
    void bounds_a_huge_delay() {
        assertEquals(
                Duration.ofDays(7),
                limited("no", "Retry-After: 99999999999999999999").retryAfter());
    }

    @Test
    void tells_how_many_tokens_the_request_was_taken_for() {
        assertEquals(500, limited(refusalOn("tokens", "Requested 500")).requested());
        assertEquals(0, limited(refusalOn("requests", "Requested 1")).requested(), "no tokens");
        assertEquals(0, limited("Tokens per minute limit exceeded").requested());
    }

    @Test
    void believes_no_request_to_be_larger_than_the_limit_that_it_met() {
        assertEquals(8000, limited(refusalOn("tokens", "Requested 8000")).requested());
        assertEquals(8000, limited(refusalOn("tokens", "Requested 8001")).requested());
        assertEquals(
                8000, limited(refusalOn("tokens", "Requested 999999999999999")).requested());
    }

    private static String refusalOn(String unit, String requested) {
        return "Rate limit reached on " + unit + " per minute (TPM): Limit 8000, Used 7800, " + requested
                + ". Please try again in 2.25s.";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "-9223372036854775808", "9223372036854775807", "1e300", "NaN", "", "1000000000000000"})
    void count_that_no_limit_can_have_is_unknown(String count) {
        assertEquals(
                RateLimitStatus.UNKNOWN,
                limited("no", "x-ratelimit-remaining-tokens: " + count).status());
        assertEquals(
                List.of(new RateLimitStatus.Bucket("tokens", null, 1, null)),
                limited("no", "x-ratelimit-remaining-tokens: 1", "x-ratelimit-limit-tokens: " + count)
                        .status()
                        .buckets());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "999999999999999"})
    void count_that_a_limit_can_have_is_read(String count) {
        long value = Long.parseLong(count);

        assertEquals(
                List.of(new RateLimitStatus.Bucket("tokens", value, value, null)),
                limited("no", "x-ratelimit-remaining-tokens: " + count, "x-ratelimit-limit-tokens: " + count)
                        .status()
                        .buckets());
    }

    @Test
    void reset_of_counters_in_a_message_is_a_week_at_most() {
        String most = "9".repeat(15);
        String message = "Rate limit reached on tokens per day (TPD): Limit " + most + ", Used " + most
                + ", Requested 1. Please try again in 9999999h.";

        var bucket = limited(message).status().buckets().getFirst();

        assertEquals(Duration.ofDays(7), bucket.reset());
    }

    @Test
    void tells_what_is_left_at_groq() {
        var rateLimitStatus = limited(
                        "no",
                        "x-ratelimit-limit-requests: 14400",
                        "x-ratelimit-remaining-requests: 14370",
                        "x-ratelimit-reset-requests: 2m59.56s",
                        "x-ratelimit-limit-tokens: 8000",
                        "x-ratelimit-remaining-tokens: 0",
                        "x-ratelimit-reset-tokens: 7.66s")
                .status();
        assertEquals(
                List.of(
                        new RateLimitStatus.Bucket("requests", 14400L, 14370, Duration.ofMillis(179_560), true),
                        new RateLimitStatus.Bucket("tokens", 8000L, 0, Duration.ofMillis(7_660), true)),
                rateLimitStatus.buckets());
    }

    @Test
    void tells_what_is_left_at_cerebras() {
        var rateLimitStatus = limited(
                        "no",
                        "X-RateLimit-Remaining-Requests-Day: 9",
                        "x-ratelimit-reset-requests-day: 33011.382867097855",
                        "x-ratelimit-remaining-tokens-minute: -4",
                        "x-ratelimit-remaining-tokens-hour: many")
                .status();
        assertEquals(
                List.of(new RateLimitStatus.Bucket("requests-day", null, 9, Duration.ofMillis(33_011_383))),
                rateLimitStatus.buckets());
    }

    @Test
    void tells_what_is_left_of_a_limit_that_only_the_words_of_the_refusal_tell_of() {
        var rateLimitStatus = limited(
                        "Rate limit reached on requests per minute (RPM): Limit 30, Used 24, Requested 7. Please try again in 2s.",
                        "x-ratelimit-remaining-tokens: 7000")
                .status();

        assertEquals(
                List.of(
                        new RateLimitStatus.Bucket("tokens", null, 7000, null),
                        new RateLimitStatus.Bucket("requests-minute", 30L, 6, Duration.ofSeconds(48), true)),
                rateLimitStatus.buckets());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on tokens per day (TPD): Limit 200000, Used 200000, Requested 9=tokens-day 200000 0 PT24H",
                "on tokens per hour (TPH): Limit 100, Used 300=tokens-hour 100 0 PT1H",
                "on requests per second: Limit 0, Used 0=requests-second 0 0 PT0S",
                "on tokens per minute (TPM): Limit 100, Used 60, Requested 50. Please try again in 3s=tokens-minute 100 40 PT18S",
                "on tokens per minute (TPM): Limit 100, Used 60, Requested 40. Please try again in 3s=tokens-minute 100 40 PT36S",
                "on requests per minute (RPM): Limit 30, Used 30, Requested 1. Please try again in 715ms=requests-minute 30 0 PT1M"
            })
    void reads_the_counters_of_every_span(String example) {
        String[] parts = example.split("=", 2);
        var bucket = limited(parts[0], "Retry-After: 3").status().buckets().getFirst();

        assertEquals(parts[1], bucket.name() + " " + bucket.limit() + " " + bucket.remaining() + " " + bucket.reset());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on input tokens per minute (ITPM): Limit 30, Used 30, Requested 1",
                "on requests per fortnight: Limit 30, Used 30",
                "on requests per minute (RPM): Limit 30, Requested 31",
                "on requests per minute (RPM): Limit 3000000000000000000000, Used 30"
            })
    void takes_no_counters_from_words_that_it_does_not_understand(String message) {
        assertEquals(RateLimitStatus.UNKNOWN, limited(message, "Retry-After: 3").status());
    }

    @Test
    void believes_no_counters_that_come_without_a_moment_to_come_back_or_from_no_api() {
        String counters = "on tokens per day (TPD): Limit 200000, Used 200000, Requested 9.";

        assertEquals(RateLimitStatus.UNKNOWN, limited(counters).status());
        assertEquals(RateLimitStatus.UNKNOWN, answer(counters, "Retry-After: 3").status());
    }

    @Test
    void waits_for_the_bucket_that_the_provider_says_is_exceeded_though_it_is_not_empty() {
        String[] headers = {
            "x-ratelimit-remaining-requests-day: 9",
            "x-ratelimit-reset-requests-day: 33011",
            "x-ratelimit-remaining-tokens-minute: 13611",
            "x-ratelimit-reset-tokens-minute: 26.284"
        };

        assertEquals(
                Duration.ofMillis(26_284),
                limited("Tokens per minute limit exceeded - too many tokens processed.", headers)
                        .retryAfter());
        assertEquals(null, limited("Tokens per hour limit exceeded.", headers).retryAfter());
        assertEquals(
                Duration.ofSeconds(5),
                limited("Tokens per minute limit exceeded.", "Retry-After: 5").retryAfter());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Rate limit reached for model `m` in organization `org_01abc` service tier `on_demand` on requests",
                "Rate limit reached for m in organization org_01abc on requests per min (RPM): Limit 3, Used 3."
            })
    void tells_whose_limit_it_is_where_the_provider_names_the_organisation(String message) {
        assertEquals("org_01abc", limited(message).organisation());
    }

    @Test
    void names_no_organisation_where_the_provider_names_none() {
        for (String message : List.of(
                "Requests per minute limit exceeded - too many requests sent.",
                "in organization `` service tier",
                "in organization `" + "o".repeat(65) + "` service tier",
                "Rate limit reached in organization " + TestCalls.CANARY)) {
            assertEquals(null, limited(message).organisation(), message);
        }
    }

    @Test
    void tells_the_limit_of_a_key_by_what_the_provider_shows_of_it() {
        assertTrue(limited("Please try again in 2s.").isOfTheGroup());
        assertTrue(limited("no", "Retry-After: 2").isOfTheGroup());
        assertTrue(limited("Rate limit reached (RPM): Limit 30, Used 30, Requested 1.")
                .isOfTheGroup());
        assertTrue(limited("no", "x-ratelimit-remaining-tokens: 0").isOfTheGroup());
        assertTrue(answer("{\"message\":\"no\",\"code\":\"request_quota_exceeded\"}")
                .isOfTheGroup());
    }

    @Test
    void sees_no_sign_of_a_keys_own_limit_where_there_is_none() {
        assertFalse(limited("Too many requests").isOfTheGroup());
        assertFalse(
                limited("Too many requests", "x-ratelimit-remaining-tokens: 7").isOfTheGroup());
        assertFalse(answer("").isOfTheGroup());
    }

    @Test
    void takes_nothing_for_a_sign_of_a_keys_limit_that_the_network_says() {
        assertFalse(answer("error code: 1015", "Retry-After: 30").isOfTheGroup());
        assertFalse(answer("<html>You are being rate limited</html>", "Retry-After: 30")
                .isOfTheGroup());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-second", "-minute", "-hour", "-day"})
    void reads_the_limits_of_every_span(String span) {
        var rateLimitStatus = limited(
                        "no",
                        "x-ratelimit-limit-tokens" + span + ": 30000",
                        "x-ratelimit-remaining-tokens" + span + ": 0",
                        "x-ratelimit-reset-tokens" + span + ": 26.284")
                .status();

        assertEquals(
                List.of(new RateLimitStatus.Bucket("tokens" + span, 30000L, 0, Duration.ofMillis(26_284))),
                rateLimitStatus.buckets());
    }

    @Test
    void knows_no_span_that_it_has_not_heard_of() {
        assertEquals(
                RateLimitStatus.UNKNOWN,
                limited("no", "x-ratelimit-remaining-tokens-fortnight: 0").status());
    }

    private static Failure.RateLimited limited(String message, String... headers) {
        return answer("{\"error\":{\"message\":\"" + message + "\",\"code\":\"rate_limit_exceeded\"}}", headers);
    }

    private static Failure.RateLimited answer(String body, String... headers) {
        try (var server = WireServer.start(exchange -> exchange.json(429, body, headers));
                LlmPort port = OpenAiWire.open(TestCalls.settings(server.baseUrl()), Dialect.OPENAI)) {
            var failed = assertInstanceOf(LlmReply.Failed.class, port.complete(TestCalls.hello()));
            return assertInstanceOf(Failure.RateLimited.class, failed.failure());
        }
    }
}
