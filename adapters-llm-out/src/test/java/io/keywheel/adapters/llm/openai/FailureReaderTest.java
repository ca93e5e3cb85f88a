package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.UpstreamError;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureReaderTest {

    @AutoClose
    private static final ScriptedProvider PROVIDER = new ScriptedProvider();

    /// In bodies, `'` stands for a quotation mark.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    # Groq
                    400 | {'error':{'message':'`reasoning_effort` is not supported with this model'}} | UNSUPPORTED
                    400 | {'error':{'message':'temperature must be at most 2'}}                    | REJECTED
                    400 | {'error':{'message':'too long','code':'context_length_exceeded'}}        | TOO_LARGE
                    400 | {'error':{'message':'bad JSON','code':'json_validate_failed'}}           | REJECTED
                    400 | {'error':{'message':'maximum context length','code':'tool_use_failed'}}  | REJECTED
                    400 | {'error':{'message':'gone','code':'model_decommissioned'}}               | MODEL_UNAVAILABLE
                    400 | {'error':{'message':'restricted','code':'organization_restricted'}}      | ACCOUNT_BLOCKED
                    400 | {'error':{'message':'spent','code':'blocked_api_access'}}                | ACCOUNT_BLOCKED
                    400 | {'error':{'message':'spent','code':'spend_limit_reached'}}               | ACCOUNT_BLOCKED
                    401 | {'error':{'message':'Invalid API Key','code':'invalid_api_key'}}         | KEY_REFUSED
                    400 | {'error':{'message':'terms','code':'model_terms_required'}}              | MODEL_UNAVAILABLE
                    403 | {'error':{'message':'blocked','code':'model_permission_blocked_org'}}    | MODEL_UNAVAILABLE
                    403 | {'error':{'message':'blocked','code':'model_permission_blocked_project'}} | MODEL_UNAVAILABLE
                    403 | {'error':{'message':'Access denied. Please check your network settings'}} | UNAVAILABLE
                    403 | {'error':{'message':'not for you','type':'permissions_error'}}           | REJECTED
                    404 | {'error':{'message':'no such model','code':'model_not_found'}}           | MODEL_UNAVAILABLE
                    408 | {'error':{'message':'it took too long','type':'timeout'}}                | REJECTED
                    413 | {'error':{'message':'Request too large','code':'rate_limit_exceeded'}}   | TOO_LARGE
                    422 | {'error':{'message':'unprocessable','type':'invalid_request_error'}}     | REJECTED
                    424 | {'error':{'message':'mcp','type':'invalid_request_error'}}               | REJECTED
                    429 | {'error':{'message':'RPM','code':'rate_limit_exceeded'}}                 | RATE_LIMITED
                    498 | {'error':{'message':'flex','code':'capacity_exceeded'}}                  | OVERLOADED
                    498 | {'error':{'message':'flex'}}                                             | OVERLOADED
                    500 | {'error':{'message':'oops','type':'internal_server_error'}}              | UNAVAILABLE
                    # Mistral
                    422 | {'message':{'detail':[{'loc':['body','seed'],'msg':'Extra inputs are not permitted'}]}} | UNSUPPORTED
                    422 | {'message':{'detail':[{'loc':['body'],'msg':'no'}]}}                     | REJECTED
                    422 | {'detail':[{'loc':['body','Your credit balance is too low'],'msg':'unexpected field'}]} | REJECTED
                    422 | {'detail':[{'loc':['body','messages',0,'content'],'msg':'Input should be a valid string'}]} | UNSUPPORTED
                    429 | {'object':'error','message':'Rate limit exceeded','code':'1300'}         | RATE_LIMITED
                    # Cerebras
                    400 | {'message':'messages: wrong','code':'wrong_api_format'}                  | REJECTED
                    400 | {'message':'reduce','code':'context_length_exceeded'}                    | TOO_LARGE
                    401 | {'message':'Wrong API Key','code':'wrong_api_key'}                       | KEY_REFUSED
                    402 | {'message':'pay','code':'payment_required'}                              | ACCOUNT_BLOCKED
                    404 | {'message':'no model','code':'model_not_found'}                          | MODEL_UNAVAILABLE
                    422 | {'message':'legacy','type':'invalid_request_error'}                      | REJECTED
                    429 | {'message':'RPM','code':'request_quota_exceeded'}                        | RATE_LIMITED
                    429 | {'message':'TPM','code':'token_quota_exceeded'}                          | RATE_LIMITED
                    429 | {'message':'busy','code':'queue_exceeded'}                               | OVERLOADED
                    # OpenAI
                    400 | {'error':{'message':'x','code':'unsupported_parameter'}}                 | UNSUPPORTED
                    400 | {'error':{'message':'x','code':'unsupported_value'}}                     | UNSUPPORTED
                    403 | {'error':{'message':'x','code':'unsupported_country_region_territory'}}  | UNAVAILABLE
                    429 | {'error':{'message':'Request too large for m','code':'rate_limit_exceeded'}} | TOO_LARGE
                    429 | {'error':{'message':'x','code':'insufficient_quota'}}                    | ACCOUNT_BLOCKED
                    400 | {'error':{'message':'x','code':'billing_hard_limit_reached'}}            | ACCOUNT_BLOCKED
                    429 | {'error':{'message':'x','code':'billing_not_active'}}                    | ACCOUNT_BLOCKED
                    # Azure, GitHub Models, Hugging Face
                    400 | {'error':{'message':'x','code':'OperationNotSupported'}}                 | MODEL_UNAVAILABLE
                    400 | {'error':{'message':'x','code':'unknown_model'}}                         | MODEL_UNAVAILABLE
                    403 | {'error':{'message':'x','code':'no_access'}}                             | MODEL_UNAVAILABLE
                    400 | {'error':{'message':'x','code':'model_not_supported'}}                   | MODEL_UNAVAILABLE
                    # Types without a code of their own
                    400 | {'error':{'message':'x','type':'invalid_model','code':400}}              | MODEL_UNAVAILABLE
                    400 | {'error':{'message':'x','type':'exceed_context_size_error','code':400}}  | TOO_LARGE
                    401 | {'error':{'message':'x','type':'insufficient_quota','code':401}}         | ACCOUNT_BLOCKED
                    401 | {'error':{'message':'x','type':'key_model_access_denied','code':'401'}}  | MODEL_UNAVAILABLE
                    403 | {'error':{'message':'x','type':'permission_error','code':'model_not_allowed'}} | MODEL_UNAVAILABLE
                    400 | {'error':{'message':'ExceededBudget: End User=bob','type':'budget_exceeded'}} | REJECTED
                    429 | {'object':'error','message':'x','type':'service_tier_capacity_exceeded','code':'3505'} | OVERLOADED
                    # Google
                    400 | [{'error':{'code':400,'message':'API key not valid','details':[{'reason':'API_KEY_INVALID'}]}}] | KEY_REFUSED
                    400 | [{'error':{'code':400,'message':'no','details':[{'message':'API_KEY_INVALID'}]}}] | REJECTED
                    403 | [{'error':{'code':403,'message':'off','details':[{'reason':'SERVICE_DISABLED'}]}}] | ACCOUNT_BLOCKED
                    403 | [{'error':{'code':403,'message':'off','details':[{},{'reason':'BILLING_DISABLED'}]}}] | ACCOUNT_BLOCKED
                    403 | [{'error':{'code':403,'message':'off','details':[{'reason':'CONSUMER_SUSPENDED'}]}}] | ACCOUNT_BLOCKED
                    403 | [{'error':{'code':403,'message':'off','details':[{'reason':'API_KEY_SERVICE_BLOCKED'}]}}] | KEY_REFUSED
                    403 | [{'error':{'code':403,'message':'off','details':[{'reason':'API_KEY_IP_ADDRESS_BLOCKED'}]}}] | KEY_REFUSED
                    400 | [{'error':{'code':400,'message':'no','details':[{'input':{'reason':'BILLING_DISABLED'}}]}}] | REJECTED
                    # Proxies and other servers
                    302 |                                                                          | UNAVAILABLE
                    402 |                                                                          | ACCOUNT_BLOCKED
                    403 | <html><title>Attention Required!</title></html>                          | UNAVAILABLE
                    404 | <html><title>Attention Required!</title></html>                          | UNAVAILABLE
                    405 | Method not allowed                                                       | REJECTED
                    408 |                                                                          | UNAVAILABLE
                    408 | upstream request timeout                                                 | UNAVAILABLE
                    413 | <html><title>Attention Required!</title></html>                          | TOO_LARGE
                    429 |                                                                          | RATE_LIMITED
                    502 | <html><title>Attention Required!</title></html>                          | UNAVAILABLE
                    503 | upstream connect error or disconnect/reset before headers. overflow      | OVERLOADED
                    504 |                                                                          | UNAVAILABLE
                    # Errors with a success status
                    200 | <html><title>Attention Required!</title></html>                          | UNAVAILABLE
                    200 |                                                                          | UNAVAILABLE
                    200 | {'choices':[]}                                                           | UNAVAILABLE
                    200 | {'error':{'message':'busy','type':'overloaded_error'}}                   | OVERLOADED
                    200 | {'error':{'message':'busy','type':'service_unavailable'}}                | OVERLOADED
                    200 | {'error':{'message':'x','type':'timeout_error'}}                         | UNAVAILABLE
                    200 | {'error':{'message':'x','type':'invalid_request_error','code':'timeout'}} | UNAVAILABLE
                    200 | {'error':{'message':'x','type':'timeout_error','code':'bad_request'}}    | REJECTED
                    200 | {'error':{'message':'x','type':'invalid_api_key'}}                       | KEY_REFUSED
                    200 | {'error':{'message':'x','type':'authentication_error'}}                  | KEY_REFUSED
                    200 | {'error':{'message':'x','type':'payment_required_error'}}                | ACCOUNT_BLOCKED
                    200 | {'error':{'message':'x','type':'permission_error'}}                      | REJECTED
                    200 | {'error':{'message':'x','type':'not_found_error'}}                       | MODEL_UNAVAILABLE
                    200 | {'error':{'message':'x','type':'bad_request'}}                           | REJECTED
                    200 | {'message':'busy','type':'too_many_requests_error','code':'queue_exceeded'} | OVERLOADED
                    200 | {'choices':[{'message':{'content':'Half'},'finish_reason':'error','error':{'message':'slow','code':429}}]} | RATE_LIMITED
                    200 | {'error':{'message':'Your request timed out','code':408}}                | UNAVAILABLE
                    200 | {'message':'slow down','status_code':429}                                | RATE_LIMITED
                    200 | [{'error':{'code':429,'message':'no more'}}]                             | RATE_LIMITED
                    """)
    void error_response_selects_the_failure_kind(int status, @Nullable String body, Kind kind) {
        assertEquals(
                kind,
                failure(status, body == null ? "" : body.replace('\'', '"')).kind());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    500 | {"error":{"message":"the prompt: secret"}} | status 500
                    502 | <html>Bad gateway</html>                   | status 502 with a web page
                    200 | {"error":{"message":"the prompt: secret"}} | an error in its answer
                    200 | <html>Please log in</html>                 | its answer is not a chat completion
                    """)
    void cause_of_an_outage_has_no_word_of_the_provider(int status, String body, String cause) {
        assertEquals(cause, failure(status, body).cause());
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
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'message':'m','detail':'d'}                                                              | m
                    {'message':' ','detail':'d'}                                                              | d
                    {'detail':' The model does not take images'}                                              | The model does not take images
                    {'detail':[{'loc':['body','max_tokens'],'msg':'less than 4096'}]}                         | max_tokens: less than 4096
                    {'detail':[{'loc':['body','messages',0,'role'],'msg':'a'},{},{'loc':['body'],'msg':'b'}]} | messages.0.role: a; body: b
                    {'message':{'detail':[{'loc':['body','top_k'],'msg':'a'}, {'msg':'b'}]}}                  | top_k: a; b
                    {'errors':[{'message':'m1'},{'message':'m2'}]}                                            | m1; m2
                    {'errors':['m1']}                                                                         | m1
                    {'error':{'detail':'d'}}                                                                  | d
                    [{'error':{'code':400,'message':'m','status':'INVALID_ARGUMENT'}}]                        | m
                    {'detail':[{'loc':['body'],'input':'secret'}],'errors':{},'message':7}                    | status 400 without a message
                    """)
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
        assertEquals(4000, failure(400, error("x".repeat(5000))).message().length());
        assertEquals(3000, failure(404, error("x".repeat(3000))).message().length());
    }

    private static Failure failure(int status, String body) {
        String type = body.startsWith("{") ? "application/json" : "text/html";
        return PROVIDER.failure(exchange -> exchange.answer(status, type, body));
    }

    private static String error(String message) {
        return "{\"error\":{\"message\":\"" + message + "\"}}";
    }
}
