package io.keywheel.simulator;

import static io.keywheel.simulator.Client.CEREBRAS_MODEL;
import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.header;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class LimitsTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-25T00:00:00Z"));

    @AutoClose
    private final Simulator simulator = Simulator.start(Scenario.withSeed(7)
            .key(GROQ, "gsk_one", "org_a")
            .key(GROQ, "gsk_same", "org_a")
            .key(GROQ, "gsk_two", "org_b")
            .key(CEREBRAS, "csk-one", "org_c")
            .key(CEREBRAS, "csk-two", "org_d")
            .limits(GROQ, new Limits(2, 1_000, 8_000, 0))
            .limits(CEREBRAS, new Limits(2, 100, 30_000, 0))
            .clock(now::get));

    @AutoClose
    private final Client client = new Client(simulator);

    private HttpResponse<String> groq(String key) {
        return client.chat(GROQ, key, ask(GROQ_MODEL, "hello", ",\"max_completion_tokens\":50"));
    }

    private HttpResponse<String> cerebras(String key, int tokens) {
        return client.chat(CEREBRAS, key, ask(CEREBRAS_MODEL, "hello", ",\"max_completion_tokens\":" + tokens));
    }

    @Test
    void groq_headers_report_daily_requests_and_tokens_per_minute() {
        var reply = groq("gsk_one");
        assertEquals("1000", header(reply, "x-ratelimit-limit-requests"));
        assertEquals("999", header(reply, "x-ratelimit-remaining-requests"));
        assertEquals("1m26.4s", header(reply, "x-ratelimit-reset-requests"));
        assertEquals("8000", header(reply, "x-ratelimit-limit-tokens"));
        // One word in one message counts five tokens, and fifty are reserved.
        assertEquals("7945", header(reply, "x-ratelimit-remaining-tokens"));
        assertEquals("413ms", header(reply, "x-ratelimit-reset-tokens"));
    }

    @Test
    void groq_429_has_its_message_and_retry_after() {
        groq("gsk_one");
        groq("gsk_one");
        var refused = groq("gsk_one");
        assertEquals(429, refused.statusCode());
        assertEquals("30", header(refused, "retry-after"));
        assertEquals("998", header(refused, "x-ratelimit-remaining-requests"));
        var error = json(refused.body()).path("error");
        assertEquals("rate_limit_exceeded", error.path("code").asText());
        assertEquals("requests", error.path("type").asText());
        assertTrue(error.path("message")
                .asText()
                .startsWith("Rate limit reached for model `openai/gpt-oss-20b` in organization `org_a` service tier"
                        + " `on_demand` on requests per minute (RPM): Limit 2, Used 2, Requested 1."
                        + " Please try again in 30s."));
    }

    @Test
    void keys_of_one_organisation_share_limits_with_no_other_organisation() {
        groq("gsk_one");
        groq("gsk_same");
        assertEquals(429, groq("gsk_same").statusCode());
        assertEquals(200, groq("gsk_two").statusCode());
    }

    @Test
    void each_model_has_its_own_limits() {
        groq("gsk_one");
        groq("gsk_one");
        assertEquals(
                200,
                client.chat(GROQ, "gsk_one", ask("openai/gpt-oss-120b", "hello", ""))
                        .statusCode());
    }

    @Test
    void buckets_refill_continuously_by_the_scenario_clock() {
        groq("gsk_one");
        groq("gsk_one");
        now.updateAndGet(then -> then.plus(Duration.ofMillis(29_999)));
        assertEquals(429, groq("gsk_one").statusCode());
        now.updateAndGet(then -> then.plus(Duration.ofMillis(1)));
        assertEquals(200, groq("gsk_one").statusCode());
        assertEquals(429, groq("gsk_one").statusCode());
    }

    @Test
    void groq_refuses_a_request_above_the_minute_limit_with_413() {
        var reply = client.chat(GROQ, "gsk_one", ask(GROQ_MODEL, "hello", ",\"max_completion_tokens\":8000"));
        assertEquals(413, reply.statusCode());
        var error = json(reply.body()).path("error");
        assertEquals("rate_limit_exceeded", error.path("code").asText());
        assertEquals("tokens", error.path("type").asText());
        assertTrue(error.path("message").asText().contains("(TPM): Limit 8000, Requested 8005, please reduce"));
    }

    @Test
    void cerebras_resets_are_fractional_seconds() {
        var reply = cerebras("csk-one", 95);
        assertEquals("99", header(reply, "x-ratelimit-remaining-requests-day"));
        assertEquals("864.0", header(reply, "x-ratelimit-reset-requests-day"));
        assertEquals("29900", header(reply, "x-ratelimit-remaining-tokens-minute"));
        assertEquals("0.2", header(reply, "x-ratelimit-reset-tokens-minute"));
    }

    @Test
    void cerebras_429_distinguishes_requests_from_tokens_without_retry_after() {
        cerebras("csk-one", 50);
        cerebras("csk-one", 50);
        var requests = cerebras("csk-one", 50);
        assertEquals(429, requests.statusCode());
        assertEquals(
                json("{\"message\":\"Requests per minute limit exceeded - too many requests sent.\","
                        + "\"type\":\"too_many_requests_error\",\"param\":\"quota\","
                        + "\"code\":\"request_quota_exceeded\"}"),
                json(requests.body()));
        assertEquals("", header(requests, "retry-after"));
        cerebras("csk-two", 16_000);
        var tokens = cerebras("csk-two", 16_000);
        assertEquals("token_quota_exceeded", json(tokens.body()).path("code").asText());
    }
}
