package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.DeadlineExceededException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UnknownProviderException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorSenderTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    private HttpResponse<String> failWith(ChatException e) {
        testServer.chats.fail(e);
        return testServer.post("/api/chat", Samples.HELLO);
    }

    private HttpResponse<String> failWith(Failure failure) {
        testServer.chats.fail(failure);
        return testServer.post("/api/chat", Samples.HELLO);
    }

    @Test
    void repeats_the_upstream_status_and_message_of_a_rejected_request() {
        var response = failWith(new Failure.Rejected(new UpstreamError(422, "n must be 1", "bad", "n", "nope")));

        assertEquals(422, response.statusCode());
        assertEquals("rejected", TestServer.json(response).get("code").textValue());
        assertEquals("n must be 1", TestServer.json(response).get("error").textValue());
        assertEquals(
                TestServer.json("{\"status\": 422, \"type\": \"bad\", \"param\": \"n\", \"code\": \"nope\"}"),
                TestServer.json(response).at("/details/upstream"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 407})
    void asks_for_no_token_where_it_was_the_upstream_that_refused(int status) {
        var response = failWith(new Failure.Rejected(new UpstreamError(status, "no", null, null, null)));

        assertEquals(status, response.statusCode());
        assertEquals("rejected", TestServer.json(response).get("code").textValue());
        assertTrue(response.headers().firstValue("WWW-Authenticate").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 500})
    void passes_on_no_status_that_is_no_refusal(int status) {
        var response = failWith(new Failure.Rejected(new UpstreamError(status, "no", null, null, null)));

        assertEquals(502, response.statusCode());
        assertEquals(
                status, TestServer.json(response).at("/details/upstream/status").intValue());
    }

    @Test
    void answers_too_large_unsupported_and_unavailable_models_as_such() {
        var upstreamError = new UpstreamError(400, "no", null, null, null);

        assertEquals(413, failWith(new Failure.TooLarge(upstreamError)).statusCode());
        assertEquals(400, failWith(new Failure.Unsupported(upstreamError)).statusCode());
        assertEquals(404, failWith(new Failure.ModelUnavailable(upstreamError)).statusCode());
    }

    @Test
    void answers_a_single_attempt_with_its_own_failure() {
        assertEquals(504, failWith(new Failure.TimedOut("slow")).statusCode());
        assertEquals(503, failWith(new Failure.KeyRefused("no")).statusCode());
        assertEquals(503, failWith(new Failure.AccountBlocked("no")).statusCode());
        assertEquals(503, failWith(new Failure.EmptyReply("nothing")).statusCode());

        var limited = failWith(new Failure.RateLimited("slowly", Duration.ofMillis(2100), RateLimitStatus.UNKNOWN));
        assertEquals(503, limited.statusCode());
        assertEquals("3", limited.headers().firstValue("Retry-After").orElseThrow());
        assertEquals("rate_limited", TestServer.json(limited).get("code").textValue());
    }

    @Test
    void takes_the_wait_from_the_empty_bucket_where_the_upstream_names_none() {
        var bucket = new RateLimitStatus.Bucket("tokens", 100L, 0, Duration.ofSeconds(7));

        var response = failWith(new Failure.RateLimited("slowly", null, new RateLimitStatus(List.of(bucket))));

        assertEquals("7", response.headers().firstValue("Retry-After").orElseThrow());
    }

    @Test
    void suggests_models_that_look_like_the_unknown_one() {
        var response = failWith(new UnknownModelException("gpt-oss", List.of("gpt-oss-20b", "gpt-oss-120b")));

        assertEquals(404, response.statusCode());
        assertEquals("model_not_found", TestServer.json(response).get("code").textValue());
        assertEquals(
                "No provider is known to serve the model 'gpt-oss'; did you mean 'gpt-oss-20b' or 'gpt-oss-120b'?"
                        + " A request without a model gets a provider's default model.",
                TestServer.json(response).get("error").textValue());
        assertEquals(2, TestServer.json(response).at("/details/near_matches").size());
    }

    @Test
    void names_the_providers_there_are() {
        var response = failWith(new UnknownProviderException("grok", List.of("groq", "cerebras")));

        assertEquals(400, response.statusCode());
        assertEquals("invalid_request", TestServer.json(response).get("code").textValue());
        assertTrue(
                TestServer.json(response).get("error").textValue().endsWith("provider must be one of groq, cerebras"));
    }

    @Test
    void answers_a_passed_deadline_with_504() {
        var response = failWith(new DeadlineExceededException(List.of(Samples.limited(Samples.GROQ, 1))));

        assertEquals(504, response.statusCode());
        assertEquals("deadline_exceeded", TestServer.json(response).get("code").textValue());
        assertEquals(
                "groq/1:rate_limited",
                response.headers().firstValue("X-Keywheel-Attempts").orElseThrow());
    }

    @Test
    void says_nothing_of_what_went_wrong_inside() {
        testServer.chats.play((_, _) -> {
            throw new IllegalStateException("secret inside");
        });

        var response = testServer.post("/api/chat", Samples.HELLO, request -> request.header("X-Request-Id", "r-1"));

        assertEquals(500, response.statusCode());
        assertEquals("internal", TestServer.json(response).get("code").textValue());
        assertEquals("r-1", TestServer.json(response).get("request_id").textValue());
        assertFalse(response.body().contains("secret"), response.body());
    }

    @ParameterizedTest
    @CsvSource({
        "/api/chat, POST",
        "/api/chat/stream, POST",
        "/, 'GET, HEAD'",
        "/health, 'GET, HEAD'",
        "/api/keys, 'GET, HEAD'",
        "/api/chat/ws, 'GET, HEAD'",
    })
    void names_the_method_that_a_path_is_for(String path, String method) {
        var response = testServer.send(HttpRequest.newBuilder(testServer.uri(path))
                .method("PATCH", HttpRequest.BodyPublishers.noBody())
                .build());

        assertEquals(405, response.statusCode());
        assertEquals(method, response.headers().firstValue("Allow").orElseThrow());
        assertEquals("method_not_allowed", TestServer.json(response).get("code").textValue());
    }

    @Test
    void knows_no_other_path() {
        var response = testServer.get("/api/chats");

        assertEquals(404, response.statusCode());
        assertEquals("not_found", TestServer.json(response).get("code").textValue());
    }

    @Test
    void keeps_a_sane_request_id_and_replaces_any_other() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));

        assertEquals("a.B-3_", idGiven("a.B-3_"));
        assertEquals(36, idGiven("a b").length());
        assertEquals("x".repeat(128), idGiven("x".repeat(128)));
        assertEquals(36, idGiven("x".repeat(129)).length());
        assertEquals(36, idGiven("x".repeat(10_000)).length());
    }

    private String idGiven(String id) {
        return testServer
                .post("/api/chat", Samples.HELLO, request -> request.header("X-Request-Id", id))
                .headers()
                .firstValue("X-Request-Id")
                .orElseThrow();
    }
}
