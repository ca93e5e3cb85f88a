package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.UpstreamError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureReaderTest {

    private static final String HTML = "<!DOCTYPE html><html><title>Attention Required! | Cloudflare</title></html>";

    @ParameterizedTest
    @MethodSource("seenOnTheWire")
    void error_response_selects_the_failure_kind(int status, String body, Kind kind) {
        assertEquals(kind, failure(status, body).kind());
    }

    static List<Arguments> seenOnTheWire() {
        return List.of(
                // Groq
                row(400, groq("property 'verbosity' is unsupported", "invalid_request_error", null), Kind.UNSUPPORTED),
                row(
                        400,
                        groq(
                                "'messages.2' : for 'role:assistant' the following must be satisfied[('messages.2' :"
                                        + " property 'reasoning_content' is unsupported)]",
                                "invalid_request_error",
                                null),
                        Kind.UNSUPPORTED),
                row(
                        400,
                        groq("`reasoning_effort` is not supported with this model", "invalid_request_error", null),
                        Kind.UNSUPPORTED),
                row(400, groq("'temperature' must be at most 2", "invalid_request_error", null), Kind.REJECTED),
                row(400, groq("too long", "invalid_request_error", "context_length_exceeded"), Kind.TOO_LARGE),
                row(400, groq("bad JSON", "invalid_request_error", "json_validate_failed"), Kind.REJECTED),
                row(400, groq("gone", "invalid_request_error", "model_decommissioned"), Kind.MODEL_UNAVAILABLE),
                row(400, groq("restricted", "invalid_request_error", "organization_restricted"), Kind.ACCOUNT_BLOCKED),
                row(400, groq("spent", "invalid_request_error", "blocked_api_access"), Kind.ACCOUNT_BLOCKED),
                row(400, groq("spent", "invalid_request_error", "spend_limit_reached"), Kind.ACCOUNT_BLOCKED),
                row(401, groq("Invalid API Key", "invalid_request_error", "invalid_api_key"), Kind.KEY_REFUSED),
                row(403, groq("blocked", "permissions_error", "model_permission_blocked_org"), Kind.MODEL_UNAVAILABLE),
                row(
                        403,
                        groq("blocked", "permissions_error", "model_permission_blocked_project"),
                        Kind.MODEL_UNAVAILABLE),
                row(
                        403,
                        "{\"error\":{\"message\":\"Access denied. Please check your network settings\"}}",
                        Kind.UNAVAILABLE),
                row(403, HTML, Kind.UNAVAILABLE),
                // Mistral
                row(422, """
                        {"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body",
                        "stream_options","include_usage"],"msg":"Extra inputs are not permitted","input":true}]},
                        "type":"invalid_request_error","param":null,"code":null}""", Kind.UNSUPPORTED),
                row(422, "{\"message\":{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"no\"}]}}", Kind.REJECTED),
                row(
                        429,
                        "{\"object\":\"error\",\"message\":\"Rate limit exceeded\",\"type\":\"rate_limited\","
                                + "\"code\":\"1300\"}",
                        Kind.RATE_LIMITED),
                row(403, groq("not for you", "permissions_error", null), Kind.REJECTED),
                row(404, groq("no such model", "invalid_request_error", "model_not_found"), Kind.MODEL_UNAVAILABLE),
                row(405, "Method not allowed", Kind.REJECTED),
                row(408, groq("it took too long", "timeout", null), Kind.REJECTED),
                row(408, "", Kind.UNAVAILABLE),
                row(408, "upstream request timeout", Kind.UNAVAILABLE),
                row(413, groq("Request too large on TPM", "tokens", "rate_limit_exceeded"), Kind.TOO_LARGE),
                row(413, HTML, Kind.TOO_LARGE),
                row(422, groq("unprocessable", "invalid_request_error", null), Kind.REJECTED),
                row(424, groq("mcp", "invalid_request_error", null), Kind.REJECTED),
                row(429, groq("RPM", "requests", "rate_limit_exceeded"), Kind.RATE_LIMITED),
                row(429, "", Kind.RATE_LIMITED),
                row(498, groq("flex", "capacity", "capacity_exceeded"), Kind.OVERLOADED),
                row(500, groq("oops", "internal_server_error", null), Kind.UNAVAILABLE),
                row(502, HTML, Kind.UNAVAILABLE),
                row(503, "upstream connect error or disconnect/reset before headers. overflow", Kind.OVERLOADED),
                row(504, "", Kind.UNAVAILABLE),
                // Cerebras
                row(
                        400,
                        cerebras("store: property 'store' is unsupported", "invalid_request_error", "wrong_api_format"),
                        Kind.UNSUPPORTED),
                row(400, cerebras("messages: wrong", "invalid_request_error", "wrong_api_format"), Kind.REJECTED),
                row(400, cerebras("reduce", "invalid_request_error", "context_length_exceeded"), Kind.TOO_LARGE),
                row(401, cerebras("Wrong API Key", "authentication_error", "wrong_api_key"), Kind.KEY_REFUSED),
                row(402, cerebras("pay", "payment_required_error", "payment_required"), Kind.ACCOUNT_BLOCKED),
                row(402, "", Kind.ACCOUNT_BLOCKED),
                row(404, cerebras("no model", "not_found_error", "model_not_found"), Kind.MODEL_UNAVAILABLE),
                row(422, cerebras("legacy", "invalid_request_error", null), Kind.REJECTED),
                row(429, cerebras("RPM", "too_many_requests_error", "request_quota_exceeded"), Kind.RATE_LIMITED),
                row(429, cerebras("TPM", "too_many_tokens_error", "token_quota_exceeded"), Kind.RATE_LIMITED),
                row(429, cerebras("busy", "too_many_requests_error", "queue_exceeded"), Kind.OVERLOADED),
                // Proxies and other servers
                row(200, HTML, Kind.UNAVAILABLE),
                row(200, "", Kind.UNAVAILABLE),
                row(200, "{\"choices\":[]}", Kind.UNAVAILABLE),
                row(200, groq("busy", "overloaded_error", null), Kind.OVERLOADED),
                row(200, cerebras("busy", "too_many_requests_error", "queue_exceeded"), Kind.OVERLOADED),
                row(
                        200,
                        "{\"choices\":[{\"message\":{\"content\":\"Half\"},\"finish_reason\":\"error\","
                                + "\"error\":{\"message\":\"slow\",\"code\":429}}]}",
                        Kind.RATE_LIMITED),
                row(200, "{\"error\":{\"message\":\"Your request timed out\",\"code\":408}}", Kind.UNAVAILABLE),
                row(200, "{\"message\":\"slow down\",\"status_code\":429}", Kind.RATE_LIMITED),
                row(200, "[{\"error\":{\"code\":429,\"message\":\"no more\"}}]", Kind.RATE_LIMITED),
                row(302, "", Kind.UNAVAILABLE),
                row(404, HTML, Kind.UNAVAILABLE),
                row(429, "{\"error\":{\"message\":\"x\",\"code\":\"insufficient_quota\"}}", Kind.ACCOUNT_BLOCKED));
    }

    @Test
    void upstream_error_fields_are_kept() {
        var failure = assertInstanceOf(
                Failure.Rejected.class,
                failure(400, "{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":\"wrong_api_format\"}"));
        assertEquals(new UpstreamError(400, "m", "t", "p", "wrong_api_format"), failure.upstreamError());
    }

    @Test
    void numeric_error_code_becomes_text() {
        Failure failure = failure(400, "{\"error\":{\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}}");

        assertEquals(new UpstreamError(400, "m", "BadRequestError", null, "400"), failure.upstreamError());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'message':'m','detail':'d'}                                                              | m",
                "{'message':' ','detail':'d'}                                                              | d",
                "{'detail':' The model does not take images'}                                              | The model does not take images",
                "{'detail':[{'loc':['body','max_tokens'],'msg':'less than 4096'}]}                         | max_tokens: less than 4096",
                "{'detail':[{'loc':['body','messages',0,'role'],'msg':'a'},{},{'loc':['body'],'msg':'b'}]} | messages.0.role: a; body: b",
                "{'message':{'detail':[{'loc':['body','top_k'],'msg':'a'}, {'msg':'b'}]}}                  | top_k: a; b",
                "{'errors':[{'message':'m1'},{'message':'m2'}]}                                            | m1; m2",
                "{'errors':['m1']}                                                                         | m1",
                "{'error':{'detail':'d'}}                                                                  | d",
                "[{'error':{'code':400,'message':'m','status':'INVALID_ARGUMENT'}}]                        | m",
                "{'detail':[{'loc':['body'],'input':'secret'}],'errors':{},'message':7}                    | status 400 without a message",
            })
    void readable_message_is_extracted_from_known_error_formats(String body, String message) {
        assertEquals(message, failure(400, body.replace('\'', '"')).message());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"error\":true}", "{\"error\":{}}", "{\"error\":[]}", "[{\"error\":{}}]", "{\"error\":\"\"}"})
    void error_without_a_message_at_status_200_names_no_status(String body) {
        assertEquals("an error without a message", failure(200, body).message());
    }

    @Test
    void key_is_masked_in_every_form() {
        String body = "{\"error\":{\"message\":\"Bearer " + TestCalls.CANARY + " / gsk_canary%2b1%2Fa / "
                + TestCalls.SECOND_CANARY + " / gsk_\\u0000canary+1\\u200b/A\",\"type\":\"" + TestCalls.CANARY
                + "\",\"param\":\"" + TestCalls.CANARY + "\",\"code\":\"" + TestCalls.CANARY + "\"}}";

        Failure failure = failure(400, body);

        assertFalse(failure.toString().contains("canary"), failure.toString());
        assertEquals("Bearer *** / *** / *** / ***", failure.message());
    }

    @Test
    void extra_error_fields_are_kept_but_not_in_to_string() {
        String more = "\"failed_generation\":\" a\\n\\\"b\\\" \",\"n\":[9007199254740993,1.10]";
        Failure failure = failure(400, "{\"error\":{\"message\":\"m\",\"code\":\"tool_use_failed\"," + more + "}}");
        UpstreamError error = Objects.requireNonNull(failure.upstreamError());

        assertEquals(
                Map.of("failed_generation", "\" a\\n\\\"b\\\" \"", "n", "[9007199254740993,1.10]"),
                error.extras().fields());
        assertFalse(failure.toString().contains("9007199254740993"), failure.toString());
    }

    @Test
    void key_in_extra_error_fields_is_masked() {
        String body = "{\"error\":{\"message\":\"m\",\"a\":{\"b\":\"x gsk_\\u0000canary+1\\u200b/A\"},\""
                + TestCalls.CANARY + "\":1,\"c\":2}}";

        assertEquals(
                Map.of("a", "\"***\"", "***", "\"***\"", "c", "2"),
                Objects.requireNonNull(failure(400, body).upstreamError())
                        .extras()
                        .fields());
    }

    @Test
    void oversized_extra_error_fields_are_dropped() {
        var event = "{\"error\":{\"message\":\"m\",\"status_code\":400,\"x\":\"" + "y".repeat(70_000) + "\"}}";

        assertEquals(
                Extras.NONE,
                ErrorBody.of(event.getBytes(StandardCharsets.UTF_8)).extras());
    }

    @Test
    void message_is_one_line_of_at_most_500_characters() {
        String message = failure(500, "a\\nb\r\n\u0007" + "x".repeat(2000)).message();
        assertEquals(500, message.length());
        assertTrue(message.chars().noneMatch(Character::isISOControl));
    }

    @Test
    void client_error_message_may_have_4000_characters() {
        assertEquals(
                4000, failure(400, groq("x".repeat(5000), "t", null)).message().length());
        assertEquals(
                3000, failure(404, groq("x".repeat(3000), "t", null)).message().length());
    }

    private static Failure failure(int status, String body, String... headers) {
        String type = body.startsWith("{") ? "application/json" : "text/html";
        try (var server = WireServer.start(exchange -> exchange.answer(status, type, body, headers));
                LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()))) {
            Failure whole = assertInstanceOf(LlmReply.Failed.class, port.complete(TestCalls.hello()))
                    .failure();
            Failure streamed = assertInstanceOf(LlmReply.Failed.class, port.stream(TestCalls.hello(), chunk -> {}))
                    .failure();
            assertEquals(whole.kind(), streamed.kind(), "a stream is refused as a whole answer is");
            return whole;
        }
    }

    private static Arguments row(int status, String body, Kind kind) {
        return Arguments.of(status, body, kind);
    }

    private static String groq(String message, String type, @Nullable String code) {
        return "{\"error\":" + cerebras(message, type, code) + "}";
    }

    private static String cerebras(String message, String type, @Nullable String code) {
        return "{\"message\":\"" + message + "\",\"type\":\"" + type + "\""
                + (code == null ? "" : ",\"code\":\"" + code + "\"") + "}";
    }
}
