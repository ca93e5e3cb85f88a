package io.keywheel.adapters.http.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.OpenAi;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.DeadlineExceededException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.failover.Exhaustion;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Errors of OpenAI's API.
class OpenAiErrorsTest {

    private static final Unavailability FOR_A_WHILE = new Unavailability(List.of(), Samples.NOW.plusMillis(1500));

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withTokens("t0ken"));

    private Response post(String body, String token) {
        return testServer.post(OpenAi.COMPLETIONS, body, "Authorization: Bearer " + token);
    }

    private Response failWith(ChatException e) {
        testServer.chats.fail(e);
        return post(OpenAi.HELLO, "t0ken");
    }

    private Response failWith(Failure failure) {
        testServer.chats.fail(failure);
        return post(OpenAi.HELLO, "t0ken");
    }

    private static void assertError(int status, String error, Response response) {
        response.assertJson(status, "{\"error\":" + error + "}");
    }

    @Test
    void says_429_when_rate_limits_alone_are_to_blame() {
        var response = failWith(new AllProvidersFailedException(
                new Exhaustion.AllProvidersFailed(List.of(Samples.limited(Samples.GROQ, 1)), FOR_A_WHILE)));

        assertError(429, """
                {"message": "All providers failed (groq/1:rate_limited); the first key is ready in 2 s",
                 "type": "rate_limit_error", "param": null, "code": "rate_limit_exceeded"}""", response);
        response.assertHeader("Retry-After", "2");
        response.assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
    }

    @Test
    void says_503_when_something_else_is_to_blame() {
        var down = Samples.failed(Samples.GROQ, 1, new Failure.Unavailable("down", null));

        var response = failWith(
                new AllKeysFailedException(new Exhaustion.AllKeysFailed(Samples.GROQ, List.of(down), FOR_A_WHILE)));

        assertError(503, """
                {"message": "All keys of groq failed (groq/1:unavailable); the first key is ready in 2 s",
                 "type": "server_error", "param": null, "code": "all_keys_failed"}""", response);
        response.assertHeader("Retry-After", "2");
    }

    @Test
    void passes_on_what_the_upstream_says_of_the_request() {
        var upstreamError =
                new UpstreamError(422, "no such thing", "invalid_request_error", "messages[0]", "bad_thing");

        assertError(422, """
                {"message": "no such thing", "type": "invalid_request_error", "param": "messages[0]",
                 "code": "bad_thing"}""", failWith(new Failure.Rejected(upstreamError)));
    }

    @Test
    void gives_a_refusal_without_a_type_the_one_of_its_status() {
        var upstreamError = new UpstreamError(413, "too large", null, null, null);

        assertError(413, """
                {"message": "too large", "type": "invalid_request_error", "param": null, "code": null}""", failWith(new Failure.TooLarge(upstreamError)));
    }

    @Test
    void passes_no_status_on_that_is_no_refusal() {
        var upstreamError = new UpstreamError(200, "not here", null, null, "model_not_found");

        failWith(new Failure.ModelUnavailable(upstreamError)).assertStatus(404);
    }

    @Test
    void says_429_when_the_only_attempt_was_limited() {
        var response = failWith(new Failure.RateLimited("slow down", Duration.ofSeconds(7), RateLimitStatus.UNKNOWN));

        assertError(429, """
                {"message": "slow down", "type": "rate_limit_error", "param": null,
                 "code": "rate_limit_exceeded"}""", response);
        response.assertHeader("Retry-After", "7");
    }

    @Test
    void unknown_model_names_near_models_and_auto() {
        assertError(404, """
                {"message": "No provider is known to serve the model 'gpt-oss'; did you mean 'gpt-oss-20b'? The model 'auto' is a provider's default model.",
                 "type": "invalid_request_error", "param": "model", "code": "model_not_found"}""", failWith(new UnknownModelException("gpt-oss", List.of("gpt-oss-20b"))));
    }

    @Test
    void unknown_model_without_near_models_names_auto() {
        assertError(404, """
                {"message": "No provider is known to serve the model 'gpt-9'. The model 'auto' is a provider's default model.",
                 "type": "invalid_request_error", "param": "model", "code": "model_not_found"}""", failWith(new UnknownModelException("gpt-9", List.of())));
    }

    @Test
    void says_504_when_the_time_is_up() {
        assertError(504, """
                {"message": "The request took longer than it may", "type": "server_error", "param": null,
                 "code": "deadline_exceeded"}""", failWith(new DeadlineExceededException(List.of())));
    }

    @Test
    void names_the_field_that_is_wrong() {
        var response = post(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"u\",\"content\":\"a\"}]}", "t0ken");

        response.assertStatus(400);
        var error = response.json().path("error");
        assertEquals("invalid_request_error", error.path("type").textValue());
        assertEquals("messages[1].role", error.path("param").textValue());
        assertTrue(error.path("code").isNull(), error::toString);
    }

    @Test
    void a_wrong_token_gets_401() {
        var response = post(OpenAi.HELLO, "wrong");

        assertError(401, """
                {"message": "a valid access token is needed: Authorization: Bearer <token>",
                 "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}""", response);
        response.assertHeader("WWW-Authenticate", "Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nothing", "/openai/v1/completions", "/v1/"})
    void says_in_its_own_form_that_there_is_nothing(String path) {
        var response = testServer.post(path, "{}", "Authorization: Bearer t0ken");

        assertError(404, """
                {"message": "there is nothing at this path", "type": "invalid_request_error", "param": null,
                 "code": "not_found"}""", response);
    }

    @Test
    void shows_the_way_to_a_client_whose_base_url_lacks_its_end() {
        var response = testServer.post("/chat/completions", "{}", "Authorization: Bearer t0ken");

        response.assertStatus(404);
        assertTrue(response.body().contains("did you mean /v1/chat/completions?"), response.body());
    }

    @Test
    void says_in_its_own_form_what_is_refused_before_any_route() {
        var response = testServer.post(OpenAi.COMPLETIONS, OpenAi.HELLO, "Content-Encoding: gzip");

        assertError(415, """
                {"message": "bodies with a Content-Encoding are not accepted", "type": "invalid_request_error",
                 "param": null, "code": "unsupported_media_type"}""", response);
    }
}
