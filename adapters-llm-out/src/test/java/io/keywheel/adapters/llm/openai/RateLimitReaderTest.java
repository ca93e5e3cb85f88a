package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Delays and remaining quota read from a 429.
class RateLimitReaderTest {

    private static final String MOST = "9".repeat(15);

    /// @param headers with `; ` between two
    private static Failure.RateLimited answer(String body, @Nullable String headers) {
        var named = Arrays.stream(headers == null ? new String[0] : headers.split("; "))
                .map(header -> header.split(": ?", 2))
                .collect(Collectors.toMap(header -> header[0], header -> List.of(header[1])));
        var reader = new FailureReader(new SecretRedactor(List.of(new ApiKey(TestCalls.CANARY, "c0ffee01"))));
        return assertInstanceOf(Failure.RateLimited.class, reader.read(429, Headers.of(named), Read.bytes(body)));
    }

    private static Failure.RateLimited limited(String message, @Nullable String headers) {
        return answer("{\"error\":{\"message\":\"" + message + "\",\"code\":\"rate_limit_exceeded\"}}", headers);
    }

    private static String said(RateLimitStatus status) {
        return status.buckets().stream()
                .map(bucket -> bucket.name() + " " + bucket.limit() + " " + bucket.remaining() + " " + bucket.reset())
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    try again in 2s                               | Retry-After: 7                    | PT7S
                    Please try again in 4.77s. Need more?         |                                   | PT4.77S
                    Please try again in 250ms. Need more?         |                                   | PT0.25S
                    no                                            | Retry-After: 99999999999999999999 | PT168H
                    Please try again in 250ms. Need more?         | Retry-After: 0                    | PT0.25S
                    Please try again in 1m. Need more?            | Retry-After: Wed, 25 Nov 2020 12:00:00 GMT | PT1M
                    Please try again in 0s. Need more?            |                                   |
                    no                                            | Retry-After: 0                    |
                    no                                            | Retry-After:                      |
                    Tokens per minute limit exceeded - too many   | x-ratelimit-remaining-requests-day: 9; x-ratelimit-reset-requests-day: 33011; x-ratelimit-remaining-tokens-minute: 13611; x-ratelimit-reset-tokens-minute: 26.284 | PT26.284S
                    Tokens per hour limit exceeded.               | x-ratelimit-remaining-tokens-minute: 13611; x-ratelimit-reset-tokens-minute: 26.284 |
                    Tokens per minute limit exceeded.             | Retry-After: 5                    | PT5S
                    """)
    void retry_after_is_read_and_invalid_delays_are_ignored(String message, String headers, Duration expected) {
        assertEquals(expected, limited(message, headers).retryAfter());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    # Google
                    [{'error':{'message':'quota','details':[{'violations':[]},{'retryDelay':'44s'}]}}]                 |                                                    | PT44S
                    # OpenRouter
                    {'error':{'message':'free','metadata':{'headers':{'X-RateLimit-Remaining':'0','X-RateLimit-Reset':'9000000000000'}}}} | | PT168H
                    {'error':{'message':'free','metadata':{'headers':{'X-RateLimit-Remaining':'1','X-RateLimit-Reset':'9000000000000'}}}} | |
                    {'error':{'message':'free'}} | Date: Sun, 09 Sep 2001 01:46:39 GMT; X-RateLimit-Remaining: 0; X-RateLimit-Reset: 1000000000000 | PT1S
                    {'error':{'message':'free','metadata':{'headers':{'X-RateLimit-Remaining':'0','X-RateLimit-Reset':'1000000000000'}}}} | Date: Sun, 09 Sep 2001 01:46:39 GMT; x-ratelimit-remaining: 0; x-ratelimit-reset: 9 | PT1S
                    {'error':{'message':'free','details':[{'retryDelay':'44s'}],'metadata':{'headers':{'X-RateLimit-Remaining':'0','X-RateLimit-Reset':'9000000000000'}}}} | | PT44S
                    # Together
                    {'error':{'message':'slow'}} | x-ratelimit-limit: 0.1; x-ratelimit-remaining: 0; x-ratelimit-reset: 9 | PT9S
                    {'error':{'message':'slow'}} | x-ratelimit-remaining: 0                                               |
                    {'error':{'message':'try again in 2s'}} | x-ratelimit-remaining: 0; x-ratelimit-reset: 9              | PT2S
                    {'error':{'message':'try again in 0s'}} | x-ratelimit-remaining: 0; x-ratelimit-reset: 9              | PT9S
                    # An intermediary
                    <html>busy</html>                 | x-ratelimit-remaining: 0; x-ratelimit-reset: 86400                |
                    """)
    void delay_is_read_from_the_fields_of_each_provider(String body, @Nullable String headers, Duration expected) {
        assertEquals(expected, answer(body.replace('\'', '"'), headers).retryAfter());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sun, 09 Sep 2001 01:46:49 GMT", "1000000009"})
    void reset_of_a_bucket_may_be_a_date_or_a_point_in_time(String reset) {
        String headers = "Date: Sun, 09 Sep 2001 01:46:39 GMT; x-ratelimit-remaining-requests: 0;"
                + " x-ratelimit-reset-requests: " + reset;

        assertEquals("requests null 0 PT10S", said(limited("no", headers).status()));
    }

    /// Google names each exceeded quota before the delay.
    @Test
    void delay_is_read_from_the_end_of_a_long_message() {
        String quota = "* Quota exceeded for metric: generate_content_free_tier_requests, limit: 20, model: m\\n";

        Failure.RateLimited failure = limited(quota.repeat(8) + "Please retry in 36.472368434s.", null);

        assertEquals(Duration.ofMillis(36_473), failure.retryAfter());
        assertEquals(500, failure.message().length());
    }

    @ParameterizedTest
    @CsvSource({
        "tokens, 500, 500",
        "tokens, 8000, 8000",
        "tokens, 8001, 8000",
        "tokens, 999999999999999, 8000",
        "requests, 1, 0"
    })
    void requested_tokens_are_read_up_to_the_limit(String unit, String requested, long expected) {
        String message = "Rate limit reached on " + unit + " per minute (TPM): Limit 8000, Used 7800, Requested "
                + requested + ". Please try again in 2.25s.";

        assertEquals(expected, limited(message, null).requestedTokens());
        assertEquals(0, limited("Tokens per minute limit exceeded", null).requestedTokens());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "-9223372036854775808", "9223372036854775807", "1e300", "NaN", "", "1000000000000000"})
    void invalid_counts_are_ignored(String count) {
        String remaining = "x-ratelimit-remaining-tokens: ";

        assertEquals(RateLimitStatus.UNKNOWN, limited("no", remaining + count).status());
        assertEquals(
                "tokens null 1 null",
                said(limited("no", remaining + "1; x-ratelimit-limit-tokens: " + count)
                        .status()));
    }

    @Test
    void reset_from_message_counters_is_capped_at_a_week() {
        String message = "Rate limit reached on tokens per day (TPD): Limit " + MOST + ", Used " + MOST
                + ", Requested 1. Please try again in 9999999h.";

        assertEquals(
                "tokens-day " + RateLimitStatus.MOST_COUNTED + " 0 PT168H",
                said(limited(message, null).status()));
    }

    @Test
    void groq_headers_give_continuous_buckets() {
        var status = limited(
                        "no",
                        "x-ratelimit-limit-requests: 14400; x-ratelimit-remaining-requests: 14370;"
                                + " x-ratelimit-reset-requests: 2m59.56s; x-ratelimit-limit-tokens: 8000;"
                                + " x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 7.66s")
                .status();

        assertEquals(
                List.of(
                        new Bucket("requests", 14400L, 14370, Duration.ofMillis(179_560), true),
                        new Bucket("tokens", 8000L, 0, Duration.ofMillis(7_660), true)),
                status.buckets());
    }

    @Test
    void message_counters_add_a_bucket_missing_from_the_headers() {
        String message = "Rate limit reached on requests per minute (RPM): Limit 30, Used 24, Requested 7."
                + " Please try again in 2s.";

        assertEquals(
                List.of(
                        new Bucket("tokens", null, 7000, null),
                        new Bucket("requests-minute", 30L, 6, Duration.ofSeconds(48), true)),
                limited(message, "x-ratelimit-remaining-tokens: 7000").status().buckets());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    X-RateLimit-Remaining-Requests-Day: 9; x-ratelimit-reset-requests-day: 33011.382867097855; x-ratelimit-remaining-tokens-minute: -4; x-ratelimit-remaining-tokens-hour: many | requests-day null 9 PT9H10M11.383S
                    x-ratelimit-limit-tokens: 30; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: 26.284                      | tokens 30 0 PT26.284S
                    x-ratelimit-limit-tokens-second: 30; x-ratelimit-remaining-tokens-second: 0; x-ratelimit-reset-tokens-second: 26.284 | tokens-second 30 0 PT26.284S
                    x-ratelimit-limit-tokens-minute: 30; x-ratelimit-remaining-tokens-minute: 0; x-ratelimit-reset-tokens-minute: 26.284 | tokens-minute 30 0 PT26.284S
                    x-ratelimit-limit-tokens-hour: 30; x-ratelimit-remaining-tokens-hour: 0; x-ratelimit-reset-tokens-hour: 26.284       | tokens-hour 30 0 PT26.284S
                    x-ratelimit-limit-tokens-day: 30; x-ratelimit-remaining-tokens-day: 0; x-ratelimit-reset-tokens-day: 26.284          | tokens-day 30 0 PT26.284S
                    x-ratelimit-remaining-tokens: 0; x-ratelimit-limit-tokens: 0                                                          | tokens 0 0 null
                    x-ratelimit-remaining-tokens: 1099511627776; x-ratelimit-limit-tokens: 1099511627776                                  | tokens 1099511627776 1099511627776 null
                    # Recorded 2026-02 (mistralai/client-ts 169).
                    x-ratelimit-limit-tokens-minute: 50; x-ratelimit-remaining-tokens-minute: 49; x-ratelimit-tokens-query-cost: 52; x-ratelimit-limit-req-minute: 720; x-ratelimit-remaining-req-minute: 717 | requests-minute 720 717 null; tokens-minute 50 49 null
                    x-ratelimit-remaining-tokens-fortnight: 0                                                                            | ''
                    """)
    void header_limits_of_every_period_are_read(String headers, String buckets) {
        RateLimitStatus status = limited("no", headers).status();

        assertEquals(buckets, said(status));
        assertTrue(status.buckets().stream().noneMatch(Bucket::continuous), "a reset without a unit ends a window");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "12s"})
    void bucket_without_a_time_span_and_with_whole_seconds_refills_continuously(String reset) {
        String headers =
                "x-ratelimit-limit-tokens: 30; x-ratelimit-remaining-tokens: 0; x-ratelimit-reset-tokens: " + reset;

        assertEquals(
                List.of(new Bucket("tokens", 30L, 0, Duration.ofSeconds(12), true)),
                limited("no", headers).status().buckets());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    on tokens per day (TPD): Limit 200000, Used 200000, Requested 9                              | tokens-day 200000 0 PT24H
                    on tokens per hour (TPH): Limit 100, Used 300                                                | tokens-hour 100 0 PT1H
                    on requests per second: Limit 0, Used 0                                                      | requests-second 0 0 PT0S
                    on tokens per minute (TPM): Limit 100, Used 60, Requested 50. Please try again in 3s         | tokens-minute 100 40 PT18S
                    on tokens per minute (TPM): Limit 100, Used 60, Requested 40. Please try again in 3s         | tokens-minute 100 40 PT36S
                    on requests per minute (RPM): Limit 30, Used 30, Requested 1. Please try again in 715ms      | requests-minute 30 0 PT1M
                    on input tokens per minute (ITPM): Limit 30, Used 30, Requested 1                            | ''
                    on requests per fortnight: Limit 30, Used 30                                                 | ''
                    on requests per minute (RPM): Limit 30, Requested 31                                         | ''
                    on requests per minute (RPM): Limit 3000000000000000000000, Used 30                          | ''
                    """)
    void message_counters_of_every_period_are_read(String message, String bucket) {
        assertEquals(bucket, said(limited(message, "Retry-After: 3").status()));
    }

    @Test
    void message_counters_need_a_retry_time_and_a_json_body() {
        String counters = "on tokens per day (TPD): Limit 200000, Used 200000, Requested 9.";

        assertEquals(RateLimitStatus.UNKNOWN, limited(counters, null).status());
        assertEquals(
                RateLimitStatus.UNKNOWN, limited(counters, "Retry-After: 0").status());
        assertEquals(RateLimitStatus.UNKNOWN, answer(counters, "Retry-After: 3").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Rate limit reached for model `m` in organization `org_01abc` service tier `on_demand` on requests | org_01abc",
                "Rate limit reached for m in organization org_01abc on requests per min (RPM): Limit 3, Used 3.    | org_01abc",
                "Requests per minute limit exceeded - too many requests sent.                                      |",
                "in organization `` service tier                                                                   |",
                "in organization `ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo` service tier  |",
                "Rate limit reached in organization " + TestCalls.CANARY + "                                       |",
                "Rate limit reached in organization org-" + TestCalls.CANARY + "-7                                 |",
            })
    void organisation_is_read_from_the_message_unless_invalid(String message, String organisation) {
        assertEquals(organisation, limited(message, null).organisation());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'error':{'message':'Please try again in 2s.'}}                           |                                 | true
                    {'error':{'message':'no'}}                                                | Retry-After: 2                  | true
                    {'error':{'message':'Rate limit (RPM): Limit 30, Used 30, Requested 1.'}} |                                 | true
                    {'error':{'message':'no'}}                                                | x-ratelimit-remaining-tokens: 0 | true
                    {'message':'no','code':'request_quota_exceeded'}                          |                                 | true
                    {'error':{'message':'Too many requests'}}                                 |                                 | false
                    {'error':{'message':'Too many requests'}}                                 | x-ratelimit-remaining-tokens: 7 | false
                    ?                                                                         |                                 | false
                    error code: 1015                                                          | Retry-After: 30                 | false
                    <html>You are being rate limited</html>                                   | Retry-After: 30                 | false
                    """)
    void limit_applies_to_the_quota_group_only_with_api_evidence(String body, String headers, boolean ofTheGroup) {
        assertEquals(ofTheGroup, answer(body.replace('\'', '"'), headers).isOfTheGroup());
    }
}
