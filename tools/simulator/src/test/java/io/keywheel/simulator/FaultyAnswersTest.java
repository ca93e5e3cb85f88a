package io.keywheel.simulator;

import static io.keywheel.simulator.Client.data;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultyAnswersTest extends SimulatorFixture {

    @ParameterizedTest
    @CsvSource({
        "GROQ, RATE_LIMIT_REQUESTS, 429, rate_limit_exceeded",
        "GROQ, RATE_LIMIT_TOKENS, 429, rate_limit_exceeded",
        "GROQ, CAPACITY_EXCEEDED, 498, capacity_exceeded",
        "GROQ, ORGANIZATION_RESTRICTED, 400, organization_restricted",
        "GROQ, BLOCKED_API_ACCESS, 400, blocked_api_access",
        "GROQ, MODEL_BLOCKED, 403, model_permission_blocked_org",
        "GROQ, NETWORK_SETTINGS, 403, ''",
        "GROQ, MODEL_DECOMMISSIONED, 400, model_decommissioned",
        "GROQ, REQUEST_TOO_LARGE, 413, rate_limit_exceeded",
        "GROQ, CONTEXT_LENGTH_EXCEEDED, 400, context_length_exceeded",
        "GROQ, PROPERTY_UNSUPPORTED, 400, ''",
        "GROQ, TOOL_USE_FAILED, 400, tool_use_failed",
        "CEREBRAS, RATE_LIMIT_REQUESTS, 429, request_quota_exceeded",
        "CEREBRAS, RATE_LIMIT_TOKENS, 429, token_quota_exceeded",
        "CEREBRAS, QUEUE_EXCEEDED, 429, queue_exceeded",
        "CEREBRAS, PAYMENT_REQUIRED, 402, payment_required",
        "CEREBRAS, CONTEXT_LENGTH_EXCEEDED, 400, context_length_exceeded",
        "CEREBRAS, MODEL_NOT_FOUND, 404, model_not_found"
    })
    void error_has_its_status_and_the_code_of_its_provider(
            Provider provider, KnownError error, int status, String code) {
        simulator.on(provider).next(error);
        var reply = client.chat(provider, "");
        assertEquals(status, reply.statusCode());
        assertEquals(
                code,
                json(reply.body())
                        .at(provider == GROQ ? "/error/code" : "/code")
                        .asText(""));
    }

    @ParameterizedTest
    @CsvSource({
        "CLOUDFLARE_BLOCKED, 403, text/html",
        "BAD_GATEWAY, 502, text/html",
        "INTERNAL_ERROR_TEXT, 500, text/plain",
        "OVERLOADED_TEXT, 503, text/plain"
    })
    void proxy_errors_are_not_json(KnownError error, int status, String type) {
        simulator.on(CEREBRAS).next(error);
        var reply = client.cerebras("");
        assertEquals(status, reply.statusCode());
        assertTrue(reply.headers().firstValue("content-type").orElse("").startsWith(type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-head", "after-head", "after-tokens:1"})
    void cut_answer_throws_in_the_http_client(String moment) {
        simulator.on(GROQ).always(Fault.named("cut:" + moment));
        assertThrows(UncheckedIOException.class, () -> client.groq(""));
        assertThrows(UncheckedIOException.class, () -> client.groq(STREAM));
    }

    @Test
    void empty_answer_ends_with_stop_and_exhausted_budget_with_length() {
        simulator.on(GROQ).next(ProtocolAnomaly.EMPTY_TEXT, ProtocolAnomaly.EMPTY_BY_LENGTH);
        var empty = json(client.groq("").body()).at("/choices/0");
        assertEquals("", empty.at("/message/content").asText("none"));
        assertEquals("stop", empty.path("finish_reason").asText());
        var spent = json(client.groq("").body()).at("/choices/0");
        assertEquals("length", spent.path("finish_reason").asText());
        assertFalse(spent.at("/message/reasoning").asText().isEmpty());
    }

    @Test
    void stream_may_contain_only_done_or_be_empty() {
        simulator.on(GROQ).next(ProtocolAnomaly.ONLY_DONE, ProtocolAnomaly.NOTHING);
        assertEquals("data: [DONE]\n\n", client.groq(STREAM).body());
        var nothing = client.groq(STREAM);
        assertEquals(200, nothing.statusCode());
        assertEquals("", nothing.body());
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_JSON", "TRUNCATED_JSON", "BROKEN_EVENT"})
    void malformed_json_is_sent_in_a_valid_http_answer(ProtocolAnomaly anomaly) {
        simulator.on(GROQ).next(anomaly, anomaly);
        var whole = client.groq("");
        assertEquals(200, whole.statusCode());
        assertThrows(AssertionError.class, () -> json(whole.body()));
        var stream = client.groq(STREAM);
        assertEquals(200, stream.statusCode());
        assertThrows(
                AssertionError.class,
                () -> data(stream.body()).stream()
                        .filter(data -> !data.equals("[DONE]"))
                        .forEach(Client::json));
    }

    @Test
    void stream_error_has_the_format_of_the_provider() {
        simulator.on(GROQ).next(new Fault.StreamError(0));
        simulator.on(CEREBRAS).next(new Fault.StreamError(2));
        var groq = client.groq(STREAM).body();
        assertEquals(2, data(groq).size());
        assertTrue(groq.contains("event: error\ndata: {\"error\":{"));
        assertEquals(500, json(data(groq).getLast()).at("/error/status_code").asInt());
        var cerebras = data(client.cerebras(STREAM).body());
        assertEquals(4, cerebras.size());
        assertEquals(500, json(cerebras.getLast()).path("status_code").asInt());
        assertTrue(json(cerebras.getLast()).path("error").has("message"));
    }

    @Test
    void stream_may_end_without_done() {
        simulator.on(GROQ).next(ProtocolAnomaly.NO_DONE);
        var data = data(client.groq(STREAM).body());
        assertEquals("stop", json(data.getLast()).at("/choices/0/finish_reason").asText());
    }

    @Test
    void error_may_echo_the_key() {
        simulator.on(GROQ).next(ProtocolAnomaly.ECHO_KEY);
        assertTrue(client.groq("").body().contains("Bearer gsk_one"));
    }

    @Test
    void redirect_points_to_another_provider() {
        simulator.on(GROQ).next(ProtocolAnomaly.REDIRECT);
        var reply = client.groq("");
        assertEquals(307, reply.statusCode());
        assertEquals(
                "/compatible/v1/chat/completions",
                reply.headers().firstValue("location").orElseThrow());
    }
}
