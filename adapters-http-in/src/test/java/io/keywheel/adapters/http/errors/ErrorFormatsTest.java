package io.keywheel.adapters.http.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.OpenAi;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.adapters.http.anthropic.AnthropicErrors;
import io.keywheel.adapters.http.openai.OpenAiErrors;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.client.BudgetCheck;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.json.WrittenJson;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Errors in the formats of OpenAI and Anthropic, abbreviated to status and type, for OpenAI also param and code.
class ErrorFormatsTest {

    private static final StandardErrors STANDARD = new StandardErrors(InstantSource.fixed(Samples.NOW));
    private static final UpstreamError ODD = new UpstreamError(422, "no", "odd_error", "messages[0]", "bad_thing");
    private static final CoolingKey COOLING = new CoolingKey(
            Samples.key(Samples.GROQ, 1),
            new ModelId("m"),
            Failure.Kind.RATE_LIMITED,
            false,
            Samples.NOW.plusMillis(1500));
    private static final String TOKEN = "Authorization: Bearer t0ken";

    private static String said(int status, JsonNode body) {
        JsonNode error = body.get("error");
        String type = status + " " + error.get("type").textValue();
        return body.has("request_id")
                ? type
                : type + " " + error.get("param").asText() + " "
                        + error.get("code").asText();
    }

    private static ChatException allFailed(
            @Nullable ProviderId provider, List<FailedAttempt> attempts, CoolingKey... cooling) {
        Set<Failure.Kind> reasons = cooling.length == 0 ? Set.of() : Set.of(Failure.Kind.RATE_LIMITED);
        var unavailability = new Unavailability(List.of(cooling), 0, reasons, Samples.NOW.plusMillis(1500));
        return ChatException.allFailed(attempts, new Exhaustion.AllFailed(provider, unavailability, false));
    }

    private static ChatException only(Failure failure) {
        return new AttemptFailedException(List.of(Samples.failed(Samples.GROQ, 1, failure)));
    }

    private static UpstreamError upstream(int status, @Nullable String code) {
        return new UpstreamError(status, "no", null, null, code);
    }

    private static ChatException rejected(int status) {
        return only(new Failure.Rejected(upstream(status, null)));
    }

    private static ChatException failure(String what) {
        var limited = Samples.limited(Samples.GROQ, 1);
        return switch (what) {
            case "all limited" -> allFailed(null, List.of(limited));
            case "all tries limited" ->
                ChatException.allFailed(
                        List.of(limited),
                        new Exhaustion.AllFailed(
                                null, new Unavailability(List.of(COOLING), 0, Set.of(), Samples.NOW), true));
            case "all cooling" -> allFailed(null, List.of(), COOLING);
            case "all down" ->
                allFailed(
                        Samples.GROQ, List.of(Samples.failed(Samples.GROQ, 1, new Failure.Unavailable("down", null))));
            case "one unsupported" ->
                allFailed(
                        null,
                        List.of(
                                Samples.failed(Samples.GROQ, 1, new Failure.Unsupported(ODD)),
                                Samples.failed(Samples.GROQ, 2, new Failure.Unavailable("down", null))));
            case "rejected" -> only(new Failure.Rejected(ODD));
            case "unsupported" -> only(new Failure.Unsupported(ODD));
            case "too large" -> only(new Failure.TooLarge(upstream(413, null)));
            case "too large 408" -> only(new Failure.TooLarge(upstream(408, null)));
            case "too large 409" -> only(new Failure.TooLarge(upstream(409, null)));
            case "too large 429" -> only(new Failure.TooLarge(upstream(429, "string_above_max_length")));
            case "too large 503" -> only(new Failure.TooLarge(upstream(503, null)));
            case "model unavailable" -> only(new Failure.ModelUnavailable(upstream(200, "model_not_found")));
            case "timed out" -> only(new Failure.TimedOut("no"));
            case "out of time" -> only(new Failure.OutOfTime());
            case "overloaded" -> only(new Failure.Overloaded("no", null));
            case "unavailable" -> only(new Failure.Unavailable("no", null));
            case "key refused" -> only(new Failure.KeyRefused("no"));
            case "account blocked" -> only(new Failure.AccountBlocked("no"));
            case "empty reply" -> only(new Failure.EmptyReply("no"));
            case "limited" -> only(new Failure.RateLimited("no", Duration.ofSeconds(7), RateLimitStatus.UNKNOWN));
            case "no model" -> new UnknownModelException("gpt", List.of());
            case "near model" -> new UnknownModelException("gpt", List.of("gpt-2"));
            case "near models" -> new UnknownModelException("gpt", List.of("gpt-2", "gpt-3"));
            case "no provider" -> new UnknownProviderException("grok", List.of("groq", "cerebras"));
            case "no target" -> new UnknownProviderException("smart", "groq", List.of("cerebras"));
            case "deadline" ->
                new DeadlineExceededException(only(new Failure.TimedOut("no")).attempts());
            case "forbidden model" ->
                ClientRefusedException.notAllowed("a", "gpt", new ClientRule(Map.of(), List.of("smart"), false));
            case "client limited" ->
                ClientRefusedException.of(
                        "a",
                        new BudgetCheck.Refused(ClientLimit.REQUESTS_PER_DAY, 2, 0, Duration.ofSeconds(7), Map.of()),
                        9);
            case "too large for client" ->
                ClientRefusedException.of(
                        "a", new BudgetCheck.Refused(ClientLimit.TOKENS_PER_DAY, 5, 5, null, Map.of()), 9);
            default -> rejected(Integer.parseInt(what.substring("rejected ".length())));
        };
    }

    /// Columns: the native status and code, the two other formats abbreviated, and their common message.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    all limited       | 503 all_providers_failed | 429 rate_limit_error null rate_limit_exceeded       | 429 rate_limit_error      | All providers failed (groq/1:rate_limited); the first key is ready in 2 s
                    all cooling       | 503 all_providers_failed | 429 rate_limit_error null rate_limit_exceeded       | 429 rate_limit_error      | All providers failed (no key was ready: rate_limited); the first key is ready in 2 s
                    all tries limited | 503 all_providers_failed | 503 server_error null all_providers_failed          | 529 overloaded_error      | All attempts failed, though a key is ready: KEYWHEEL_MAX_ATTEMPTS allows no more (groq/1:rate_limited)
                    all down          | 503 all_keys_failed      | 503 server_error null all_keys_failed               | 529 overloaded_error      | All keys of groq failed (groq/1:unavailable); the first key is ready in 2 s
                    one unsupported   | 503 all_providers_failed | 503 server_error null all_providers_failed          | 529 overloaded_error      | All providers failed (groq/1:unsupported, groq/2:unavailable); the first key is ready in 2 s; groq/1 refused the request: no
                    rejected          | 422 rejected             | 422 odd_error messages[0] bad_thing                 | 422 invalid_request_error | no
                    rejected 200      | 502 rejected             | 502 server_error null null                          | 502 api_error             | no
                    rejected 302      | 502 rejected             | 502 server_error null null                          | 502 api_error             | no
                    rejected 401      | 401 rejected             | 401 invalid_request_error null null                 | 401 authentication_error  | no
                    rejected 402      | 402 rejected             | 402 invalid_request_error null null                 | 402 billing_error         | no
                    rejected 403      | 403 rejected             | 403 permission_error null null                      | 403 permission_error      | no
                    rejected 407      | 407 rejected             | 407 invalid_request_error null null                 | 407 invalid_request_error | no
                    rejected 500      | 502 rejected             | 502 server_error null null                          | 502 api_error             | no
                    unsupported       | 400 unsupported          | 422 odd_error messages[0] bad_thing                 | 400 invalid_request_error | no
                    too large         | 413 too_large            | 413 invalid_request_error null null                 | 413 request_too_large     | no
                    too large 408     | 413 too_large            | 413 invalid_request_error null null                 | 413 request_too_large     | no
                    too large 409     | 413 too_large            | 413 invalid_request_error null null                 | 413 request_too_large     | no
                    too large 429     | 413 too_large            | 413 invalid_request_error null string_above_max_length | 413 request_too_large  | no
                    too large 503     | 413 too_large            | 413 invalid_request_error null null                 | 413 request_too_large     | no
                    rejected 409      | 409 rejected             | 409 invalid_request_error null null                 | 409 invalid_request_error | no
                    model unavailable | 404 model_unavailable    | 404 invalid_request_error null model_not_found      | 404 not_found_error       | no
                    timed out         | 504 timed_out            | 504 server_error null timed_out                     | 504 timeout_error         | no (groq/1:timed_out)
                    out of time       | 504 out_of_time          | 504 server_error null out_of_time                   | 504 timeout_error         | the request's deadline passed (groq/1:out_of_time)
                    overloaded        | 503 overloaded           | 503 server_error null overloaded                    | 529 overloaded_error      | no (groq/1:overloaded)
                    unavailable       | 503 unavailable          | 503 server_error null unavailable                   | 529 overloaded_error      | no (groq/1:unavailable)
                    key refused       | 503 key_refused          | 503 server_error null key_refused                   | 529 overloaded_error      | no (groq/1:key_refused)
                    account blocked   | 503 account_blocked      | 503 server_error null account_blocked               | 529 overloaded_error      | no (groq/1:account_blocked)
                    empty reply       | 503 empty_reply          | 503 server_error null empty_reply                   | 529 overloaded_error      | no (groq/1:empty_reply)
                    limited           | 503 rate_limited         | 429 rate_limit_error null rate_limit_exceeded       | 429 rate_limit_error      | no (groq/1:rate_limited)
                    no model          | 404 model_not_found      | 404 invalid_request_error model model_not_found     | 404 not_found_error       | No provider is known to serve the model 'gpt'. Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.
                    near model        | 404 model_not_found      | 404 invalid_request_error model model_not_found     | 404 not_found_error       | No provider is known to serve the model 'gpt'; did you mean 'gpt-2'? Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.
                    near models       | 404 model_not_found      | 404 invalid_request_error model model_not_found     | 404 not_found_error       | No provider is known to serve the model 'gpt'; did you mean 'gpt-2' or 'gpt-3'? Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.
                    no provider       | 400 invalid_request      | 400 invalid_request_error provider null             | 400 invalid_request_error | There is no provider 'grok'; provider must be one of groq, cerebras
                    no target         | 400 invalid_request      | 400 invalid_request_error provider null             | 400 invalid_request_error | The model 'smart' has no target at 'groq'; provider must be one of cerebras
                    deadline          | 504 deadline_exceeded    | 504 server_error null deadline_exceeded             | 504 timeout_error         | The request exceeded its deadline (groq/1:timed_out)
                    client limited        | 429 client_limited    | 429 rate_limit_error null client_limited | 429 rate_limit_error | The client a has reached its limit of 2rpd: try again in 7 s
                    too large for client  | 413 request_too_large | 413 invalid_request_error null request_too_large | 413 request_too_large | The request is estimated to need 9 tokens, more than the client a may use: 5tpd
                    forbidden model       | 403 model_not_allowed | 403 permission_error model model_not_allowed | 403 permission_error | The client a may not use the model 'gpt'; it may use smart
                    """)
    void failure_maps_to_status_and_type_in_each_error_format(
            String what, String own, String openAi, String anthropic, String message) {
        ChatException e = failure(what);
        ErrorResponse standard = STANDARD.of(e);

        assertEquals(own, standard.status() + " " + standard.code());
        for (ErrorFormat format : List.of(new OpenAiErrors(), new AnthropicErrors())) {
            ErrorResponse error = format.of(standard, e);
            JsonNode body = format.body(error, "r1");

            assertEquals(body.has("request_id") ? anthropic : openAi, said(error.status(), body));
            assertEquals(message, body.at("/error/message").textValue());
            assertEquals(standard.retryAfter(), error.retryAfter());
        }
    }

    @Test
    void details_have_the_upstream_error_or_the_known_names() {
        assertEquals(
                TestServer.json("""
                        {"status": 422, "type": "odd_error", "param": "messages[0]", "code": "bad_thing"}"""), STANDARD.of(failure("rejected")).details().get("upstream"));
        assertEquals(
                TestServer.json("{\"field\": \"model\", \"near_matches\": [\"gpt-2\", \"gpt-3\"]}"),
                STANDARD.of(failure("near models")).details());
        assertEquals(
                TestServer.json("{\"field\": \"provider\", \"providers\": [\"groq\", \"cerebras\"]}"),
                STANDARD.of(failure("no provider")).details());
    }

    @Test
    void openai_error_keeps_all_upstream_fields() {
        var extras = OpenAi.extras("'failed_generation':'<f>','n':1.10");
        var e = only(new Failure.Rejected(new UpstreamError(400, "no", "t", null, "tool_use_failed", extras)));
        ErrorResponse error = new OpenAiErrors().of(STANDARD.of(e), e);

        assertEquals("""
                {"error":{"message":"no","type":"t","param":null,"code":"tool_use_failed",\
                "failed_generation":"<f>","n":1.10}}""", WrittenJson.text(new OpenAiErrors().body(error, "r1")));
    }

    @Test
    void retry_after_is_that_of_the_policy_rounded_up() {
        var named = new Failure.RateLimited("no", Duration.ofMillis(2100), RateLimitStatus.UNKNOWN);

        assertEquals(3, STANDARD.of(only(named)).retryAfterSeconds());
        assertEquals(2, STANDARD.of(failure("overloaded")).retryAfterSeconds());
        assertNull(STANDARD.of(failure("key refused")).retryAfterSeconds());
    }

    @AutoClose
    private static final TestServer testServer = TestServer.guarded("t0ken");

    private static Response send(String request, String header) {
        String[] parts = request.split(" ", 3);
        String hello = "{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        String body = parts.length < 3 ? hello : parts[2].replace('\'', '"').replace("large", "x".repeat(70_000));
        return parts[0].equals("POST")
                ? testServer.post(parts[1], body, TOKEN, "X-Request-Id: r1", header)
                : testServer.send(parts[0], parts[1], BodyPublishers.noBody(), TOKEN, "X-Request-Id: r1", header);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    POST /v1/chat/completions {'messages':[]}      | X-None: 1                   | 400 invalid_request_error messages null | messages must have at least one message
                    POST /v1/chat/completions                      | Authorization: Bearer wrong | 401 invalid_request_error null invalid_api_key | the access token is not one of KEYWHEEL_ACCESS_TOKENS
                    POST /v1/chat/completions                      | Content-Encoding: gzip      | 415 invalid_request_error null unsupported_media_type | bodies with a Content-Encoding are not accepted
                    POST /v1/embeddings                            | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; this gateway serves chats, and /openapi lists its paths
                    POST /openai/v1/embeddings                     | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; this gateway serves chats, and /openapi lists its paths
                    POST /openai/v1/completions                    | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /openai/v1/chat/completions?
                    POST /v1/                                      | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /v1/models?
                    GET /openai/v1/model                           | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /openai/v1/models?
                    GET /v1/models/nope                            | X-None: 1                   | 404 invalid_request_error model model_not_found | No provider is known to serve the model 'nope'. Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.
                    GET /v1/models/nope                            | anthropic-version: 1        | 404 not_found_error | No provider is known to serve the model 'nope'. Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.
                    POST /v1/models                                | anthropic-version: 1        | 405 invalid_request_error | this path is for GET, HEAD only
                    POST /v1/v1/chat/completions                   | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /v1/chat/completions?
                    POST /v1//chat/completions                     | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /v1/chat/completions?
                    POST /v1/chat/completions/                     | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /v1/chat/completions?
                    POST /v1/chat/completions/chat/completions     | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /v1/chat/completions?
                    POST /v1/messages/v1/messages                  | X-None: 1                   | 404 not_found_error | there is nothing at this path; did you mean /v1/messages?
                    POST //v1/messages                             | X-None: 1                   | 404 not_found_error | there is nothing at this path; did you mean /v1/messages?
                    POST /v1/responses {'input':'a','store':true}  | X-None: 1                   | 400 invalid_request_error store null | store must be false: this gateway stores nothing
                    POST /v1/messages {'messages':[]}              | X-None: 1                   | 400 invalid_request_error | messages must have at least one message
                    POST /v1/messages                              | Authorization: Bearer wrong | 401 authentication_error | the access token is not one of KEYWHEEL_ACCESS_TOKENS
                    POST /v1/messages                              | Authorization: t0ken        | 401 authentication_error | an access token is needed: Authorization: Bearer <token>, or x-api-key: <token>
                    POST /v1/messages                              | Sec-Fetch-Site: cross-site  | 403 permission_error | pages of another origin may not call unless KEYWHEEL_CORS_ORIGINS lists that origin
                    POST /v1/messages                              | Content-Encoding: gzip      | 415 invalid_request_error | bodies with a Content-Encoding are not accepted
                    POST /v1/messages                              | Content-Type: text/plain    | 415 invalid_request_error | Content-Type must be application/json, in UTF-8
                    POST /v1/messages 'large'                      | X-None: 1                   | 413 request_too_large | the body is larger than 65536 bytes (KEYWHEEL_MAX_BODY)
                    PUT /v1/messages                               | X-None: 1                   | 405 invalid_request_error | this path is for POST only
                    POST /v1/messages/batches                      | X-None: 1                   | 404 not_found_error | there is nothing at this path; did you mean /v1/messages?
                    POST /openai/v1/messages/batches               | X-None: 1                   | 404 not_found_error | there is nothing at this path; did you mean /openai/v1/messages?
                    POST /messages                                 | X-None: 1                   | 404 not_found_error | there is nothing at this path; did you mean /v1/messages?
                    POST /v1/v1/responses                          | X-None: 1                   | 404 invalid_request_error null not_found | there is nothing at this path; did you mean /v1/responses?
                    POST /v1/v1/messages                           | X-None: 1                   | 404 not_found_error | there is nothing at this path; did you mean /v1/messages?
                    """)
    void http_error_uses_the_format_of_the_requested_api(String request, String header, String said, String message) {
        var response = send(request.strip(), header.strip());

        assertEquals(said.strip(), said(response.status(), response.json()));
        assertEquals(message.strip(), response.text("/error/message"));
        response.assertHeader("request-id", response.json().has("request_id") ? "r1" : "")
                .assertHeader("WWW-Authenticate", response.status() == 401 ? "Bearer" : "");
    }

    @ParameterizedTest
    @CsvSource({
        "/chat/completions, /v1/chat/completions",
        "/models, /v1/models",
        "/api/chats, /api/chat",
        "/healthz, /health",
        "/health/liveness, /health/live",
    })
    void unknown_path_gets_a_hint_to_the_nearest_path(String path, String nearest) {
        assertEquals(
                "there is nothing at this path; did you mean " + nearest + "?",
                send("GET " + path, "X-None: 1").assertStatus(404).text("/error"));
    }
}
