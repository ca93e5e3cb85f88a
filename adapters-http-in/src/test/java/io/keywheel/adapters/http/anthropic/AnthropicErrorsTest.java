package io.keywheel.adapters.http.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Errors of Anthropic's API.
class AnthropicErrorsTest {

    private static final Unavailability FOR_A_WHILE = new Unavailability(List.of(), Samples.NOW.plusMillis(1500));
    private static final String TOKEN = "x-api-key: t0ken";

    @AutoClose
    private final TestServer testServer = TestServer.guarded("t0ken");

    private Response failWith(ChatException e) {
        testServer.chats.fail(e);
        return testServer.post(Messages.PATH, Messages.HELLO, TOKEN, "X-Request-Id: r1");
    }

    private static void assertError(Response response, int status, String type, String message) {
        var error = TestServer.json("{\"type\":\"error\",\"error\":{},\"request_id\":\"r1\"}");
        error.withObject("/error").put("type", type).put("message", message);
        assertEquals(
                error,
                response.assertStatus(status).assertHeader("request-id", "r1").json());
    }

    @Test
    void says_429_when_rate_limits_alone_are_to_blame() {
        var response = failWith(ChatException.allFailed(
                new Exhaustion.AllFailed(null, List.of(Samples.limited(Samples.GROQ, 1)), FOR_A_WHILE)));

        assertError(
                response,
                429,
                "rate_limit_error",
                "All providers failed (groq/1:rate_limited); the first key is ready in 2 s");
        response.assertHeader("Retry-After", "2").assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
    }

    @Test
    void says_529_when_something_else_is_to_blame() {
        var down = Samples.failed(Samples.GROQ, 1, new Failure.Unavailable("down", null));
        var response =
                failWith(ChatException.allFailed(new Exhaustion.AllFailed(Samples.GROQ, List.of(down), FOR_A_WHILE)));

        assertError(
                response,
                529,
                "overloaded_error",
                "All keys of groq failed (groq/1:unavailable); the first key is ready in 2 s");
        response.assertHeader("Retry-After", "2");
    }

    static Stream<Arguments> onlyFailures() {
        var said = new UpstreamError(422, "no", "odd_error", "messages[0]", "bad_thing");
        return Stream.of(
                arguments(new Failure.Rejected(said), 422, "invalid_request_error"),
                arguments(
                        new Failure.Rejected(new UpstreamError(403, "no", null, null, null)), 403, "permission_error"),
                arguments(new Failure.Rejected(new UpstreamError(402, "no", null, null, null)), 402, "billing_error"),
                arguments(new Failure.Rejected(new UpstreamError(500, "no", null, null, null)), 502, "api_error"),
                arguments(new Failure.Unsupported(said), 400, "invalid_request_error"),
                arguments(new Failure.TooLarge(said), 413, "request_too_large"),
                arguments(new Failure.ModelUnavailable(said), 404, "not_found_error"),
                arguments(new Failure.TimedOut("no"), 504, "timeout_error"),
                arguments(new Failure.KeyRefused("no"), 529, "overloaded_error"),
                arguments(
                        new Failure.RateLimited("no", Duration.ofSeconds(7), RateLimitStatus.UNKNOWN),
                        429,
                        "rate_limit_error"));
    }

    @ParameterizedTest
    @MethodSource("onlyFailures")
    void gives_the_failure_of_the_only_attempt_a_status_and_type_of_anthropics(
            Failure failure, int status, String type) {
        var attempt = Samples.failed(Samples.GROQ, 1, failure);

        assertError(failWith(new AttemptFailedException(List.of(attempt))), status, type, "no");
    }

    @Test
    void says_that_a_prompt_is_too_long_as_anthropic_does() {
        var said = new UpstreamError(400, "Use fewer tokens", null, null, "context_length_exceeded");
        var attempt = Samples.failed(Samples.GROQ, 1, new Failure.TooLarge(said));

        assertError(
                failWith(new AttemptFailedException(List.of(attempt))),
                400,
                "invalid_request_error",
                "prompt is too long: Use fewer tokens");
    }

    @Test
    void says_504_when_the_time_is_up() {
        assertError(
                failWith(new DeadlineExceededException(List.of())),
                504,
                "timeout_error",
                "The request took longer than it may");
    }

    @Test
    void a_stream_without_content_yet_fails_with_a_status() {
        testServer.chats.fail(new Failure.TimedOut("no"));

        assertError(
                testServer.post(Messages.PATH, Messages.STREAM, TOKEN, "X-Request-Id: r1"), 504, "timeout_error", "no");
    }

    @Test
    void names_the_field_that_is_wrong() {
        assertError(
                testServer.post(Messages.PATH, "{\"messages\":[]}", TOKEN, "X-Request-Id: r1"),
                400,
                "invalid_request_error",
                "messages must have at least one message");
    }

    @Test
    void a_wrong_token_gets_401() {
        var response = testServer.post(Messages.PATH, Messages.HELLO, "x-api-key: wrong", "X-Request-Id: r1");

        assertError(
                response,
                401,
                "authentication_error",
                "a valid access token is needed: Authorization: Bearer <token>, or x-api-key: <token>");
    }

    @Test
    void says_in_its_own_form_what_is_refused_before_and_beside_the_routes() {
        String[] headers = {TOKEN, "X-Request-Id: r1"};

        assertError(
                testServer.post(Messages.PATH + "/batches", "{}", headers),
                404,
                "not_found_error",
                "there is nothing at this path");
        assertError(
                testServer.send("PUT", Messages.PATH, BodyPublishers.noBody(), headers),
                405,
                "invalid_request_error",
                "this path is for POST only");
        assertError(
                testServer.post(Messages.PATH, "{}", TOKEN, "X-Request-Id: r1", "Content-Type: text/plain"),
                415,
                "invalid_request_error",
                "Content-Type must be application/json, in UTF-8");
        assertError(
                testServer.post(Messages.PATH, "\"" + "a".repeat(70_000) + "\"", headers),
                413,
                "request_too_large",
                "the body is larger than 65536 bytes");
        assertError(
                testServer.post(Messages.PATH, Messages.HELLO, TOKEN, "X-Request-Id: r1", "Content-Encoding: gzip"),
                415,
                "invalid_request_error",
                "bodies with a Content-Encoding are not accepted");
    }

    @Test
    void says_in_its_own_form_what_is_refused_to_its_clients_at_the_models() {
        String[] headers = {"X-Request-Id: r1", "anthropic-version: 2023-06-01", TOKEN};

        assertError(
                testServer.get("/v1/models/nope", headers),
                404,
                "not_found_error",
                "No provider is known to serve the model 'nope'. Use 'auto' for the gateway's default models;"
                        + " its setting KEYWHEEL_MODELS defines other names.");
        assertError(
                testServer.get("/v1/models", "X-Request-Id: r1", "anthropic-version: 2023-06-01"),
                401,
                "authentication_error",
                "a valid access token is needed: Authorization: Bearer <token>, or x-api-key: <token>");
        assertEquals(
                "model_not_found",
                testServer.get("/v1/models/nope", TOKEN).assertStatus(404).text("/error/code"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/messages", "/v1/v1/messages"})
    void shows_the_way_to_a_client_with_another_base_url(String path) {
        assertError(
                testServer.post(path, "{}", TOKEN, "X-Request-Id: r1"),
                404,
                "not_found_error",
                "there is nothing at this path; did you mean /v1/messages?");
    }
}
