package io.keywheel.adapters.http.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.OpenAi;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Errors of OpenAI's API.
class OpenAiErrorsTest {

    private static final Unavailability FOR_A_WHILE = new Unavailability(List.of(), Samples.NOW.plusMillis(1500));
    private static final String TOKEN = "Authorization: Bearer t0ken";

    @AutoClose
    private final TestServer testServer = TestServer.guarded("t0ken");

    private Response failWith(ChatException e) {
        testServer.chats.fail(e);
        return testServer.post(OpenAi.COMPLETIONS, OpenAi.HELLO, TOKEN);
    }

    private static void assertError(Response response, int status, String message, String rest) {
        var error = TestServer.json("{\"error\":{" + rest.replace('\'', '"') + "}}");
        ((ObjectNode) error.get("error")).put("message", message);
        assertEquals(error, response.assertStatus(status).json());
    }

    @Test
    void says_429_when_rate_limits_alone_are_to_blame() {
        var response = failWith(ChatException.allFailed(
                new Exhaustion.AllFailed(null, List.of(Samples.limited(Samples.GROQ, 1)), FOR_A_WHILE)));

        assertError(
                response,
                429,
                "All providers failed (groq/1:rate_limited); the first key is ready in 2 s",
                "'type': 'rate_limit_error', 'param': null, 'code': 'rate_limit_exceeded'");
        response.assertHeader("Retry-After", "2").assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
    }

    @Test
    void says_why_no_key_was_asked_and_when_the_first_is_back() {
        PoolKey key = Samples.key(Samples.GROQ, 1);
        var cooling = new CoolingKey(key, new ModelId("m"), Failure.Kind.RATE_LIMITED, false, FOR_A_WHILE.readyAt());
        var response = failWith(ChatException.allFailed(new Exhaustion.AllFailed(
                null, List.of(), new Unavailability(List.of(cooling), FOR_A_WHILE.readyAt()))));

        assertError(
                response,
                429,
                "All providers failed (no key was asked: rate_limited); the first key is ready in 2 s",
                "'type': 'rate_limit_error', 'param': null, 'code': 'rate_limit_exceeded'");
    }

    @Test
    void says_503_when_something_else_is_to_blame() {
        var down = Samples.failed(Samples.GROQ, 1, new Failure.Unavailable("down", null));
        var response =
                failWith(ChatException.allFailed(new Exhaustion.AllFailed(Samples.GROQ, List.of(down), FOR_A_WHILE)));

        assertError(
                response,
                503,
                "All keys of groq failed (groq/1:unavailable); the first key is ready in 2 s",
                "'type': 'server_error', 'param': null, 'code': 'all_keys_failed'");
        response.assertHeader("Retry-After", "2");
    }

    static Stream<Arguments> onlyFailures() {
        String request = "'type': 'invalid_request_error', ";
        return Stream.of(
                arguments(
                        new Failure.Rejected(new UpstreamError(422, "no", "odd_error", "messages[0]", "bad_thing")),
                        422,
                        "'type': 'odd_error', 'param': 'messages[0]', 'code': 'bad_thing'"),
                arguments(
                        new Failure.Rejected(new UpstreamError(403, "no", null, null, null)),
                        403,
                        "'type': 'permission_error', 'param': null, 'code': null"),
                arguments(
                        new Failure.TooLarge(new UpstreamError(413, "no", null, null, null)),
                        413,
                        request + "'param': null, 'code': null"),
                arguments(
                        new Failure.ModelUnavailable(new UpstreamError(200, "no", null, null, "model_not_found")),
                        404,
                        request + "'param': null, 'code': 'model_not_found'"),
                arguments(
                        new Failure.Rejected(new UpstreamError(500, "no", null, null, null)),
                        502,
                        "'type': 'server_error', 'param': null, 'code': null"),
                arguments(
                        new Failure.TimedOut("no"), 504, "'type': 'server_error', 'param': null, 'code': 'timed_out'"));
    }

    @ParameterizedTest
    @MethodSource("onlyFailures")
    void passes_on_what_the_upstream_says_and_fills_in_the_type(Failure failure, int status, String error) {
        testServer.chats.fail(failure);

        assertError(testServer.post(OpenAi.COMPLETIONS, OpenAi.HELLO, TOKEN), status, "no", error);
    }

    @Test
    void says_429_when_the_only_attempt_was_limited() {
        testServer.chats.fail(new Failure.RateLimited("slow down", Duration.ofSeconds(7), RateLimitStatus.UNKNOWN));
        var response = testServer.post(OpenAi.COMPLETIONS, OpenAi.HELLO, TOKEN);

        assertError(
                response, 429, "slow down", "'type': 'rate_limit_error', 'param': null, 'code': 'rate_limit_exceeded'");
        response.assertHeader("Retry-After", "7");
    }

    static Stream<Arguments> unknownModels() {
        return Stream.of(arguments(List.of("gpt-oss-20b"), "; did you mean 'gpt-oss-20b'?"), arguments(List.of(), "."));
    }

    @ParameterizedTest
    @MethodSource("unknownModels")
    void unknown_model_names_near_models_and_auto(List<String> near, String suggestion) {
        assertError(
                failWith(new UnknownModelException("gpt-oss", near)),
                404,
                "No provider is known to serve the model 'gpt-oss'" + suggestion
                        + " Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.",
                "'type': 'invalid_request_error', 'param': 'model', 'code': 'model_not_found'");
    }

    @Test
    void says_504_when_the_time_is_up() {
        assertError(
                failWith(new DeadlineExceededException(List.of())),
                504,
                "The request took longer than it may",
                "'type': 'server_error', 'param': null, 'code': 'deadline_exceeded'");
    }

    @Test
    void names_the_field_that_is_wrong() {
        assertError(
                testServer.post(OpenAi.COMPLETIONS, "{\"messages\":[{\"role\":\"u\",\"content\":\"a\"}]}", TOKEN),
                400,
                "messages[0].role must be one of system, developer, user, assistant, tool",
                "'type': 'invalid_request_error', 'param': 'messages[0].role', 'code': null");
    }

    @Test
    void a_wrong_token_gets_401() {
        var response = testServer.post(OpenAi.COMPLETIONS, OpenAi.HELLO, "Authorization: Bearer wrong");

        assertError(
                response,
                401,
                "a valid access token is needed: Authorization: Bearer <token>, or x-api-key: <token>",
                "'type': 'invalid_request_error', 'param': null, 'code': 'invalid_api_key'");
        response.assertHeader("WWW-Authenticate", "Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nothing", "/openai/v1/completions", "/v1/"})
    void says_in_its_own_form_that_there_is_nothing(String path) {
        assertError(
                testServer.post(path, "{}", TOKEN),
                404,
                "there is nothing at this path",
                "'type': 'invalid_request_error', 'param': null, 'code': 'not_found'");
    }

    @Test
    void shows_the_way_to_a_client_whose_base_url_lacks_its_end() {
        var response = testServer.post("/chat/completions", "{}", TOKEN).assertStatus(404);

        assertTrue(response.body().contains("did you mean /v1/chat/completions?"), response.body());
    }

    @Test
    void says_in_its_own_form_what_is_refused_before_any_route() {
        assertError(
                testServer.post(OpenAi.COMPLETIONS, OpenAi.HELLO, "Content-Encoding: gzip"),
                415,
                "bodies with a Content-Encoding are not accepted",
                "'type': 'invalid_request_error', 'param': null, 'code': 'unsupported_media_type'");
    }
}
