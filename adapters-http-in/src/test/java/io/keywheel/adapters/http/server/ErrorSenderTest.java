package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.Response;
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

    private Response failWith(ChatException e) {
        testServer.chats.fail(e);
        return testServer.post("/api/chat", Samples.HELLO);
    }

    private Response failWith(Failure failure) {
        testServer.chats.fail(failure);
        return testServer.post("/api/chat", Samples.HELLO);
    }

    @Test
    void repeats_the_upstream_status_and_message_of_a_rejected_request() {
        var response = failWith(new Failure.Rejected(new UpstreamError(422, "n must be 1", "bad", "n", "nope")));

        response.assertError(422, "rejected");
        assertEquals("n must be 1", response.text("/error"));
        assertEquals(
                TestServer.json("{\"status\": 422, \"type\": \"bad\", \"param\": \"n\", \"code\": \"nope\"}"),
                response.json().at("/details/upstream"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 407})
    void asks_for_no_token_where_it_was_the_upstream_that_refused(int status) {
        var response = failWith(new Failure.Rejected(new UpstreamError(status, "no", null, null, null)));

        response.assertError(status, "rejected");
        response.assertHeader("WWW-Authenticate", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 500})
    void passes_on_no_status_that_is_no_refusal(int status) {
        var response = failWith(new Failure.Rejected(new UpstreamError(status, "no", null, null, null)));

        response.assertStatus(502);
        assertEquals(status, response.json().at("/details/upstream/status").intValue());
    }

    @Test
    void answers_too_large_unsupported_and_unavailable_models_as_such() {
        var upstreamError = new UpstreamError(400, "no", null, null, null);

        failWith(new Failure.TooLarge(upstreamError)).assertStatus(413);
        failWith(new Failure.Unsupported(upstreamError)).assertStatus(400);
        failWith(new Failure.ModelUnavailable(upstreamError)).assertStatus(404);
    }

    @Test
    void answers_a_single_attempt_with_its_own_failure() {
        failWith(new Failure.TimedOut("slow")).assertStatus(504);
        failWith(new Failure.KeyRefused("no")).assertStatus(503);
        failWith(new Failure.AccountBlocked("no")).assertStatus(503);
        failWith(new Failure.EmptyReply("nothing")).assertStatus(503);

        var limited = failWith(new Failure.RateLimited("slowly", Duration.ofMillis(2100), RateLimitStatus.UNKNOWN));
        limited.assertStatus(503);
        limited.assertHeader("Retry-After", "3");
        assertEquals("rate_limited", limited.text("/code"));
    }

    @Test
    void takes_the_wait_from_the_empty_bucket_where_the_upstream_names_none() {
        var bucket = new RateLimitStatus.Bucket("tokens", 100L, 0, Duration.ofSeconds(7));

        var response = failWith(new Failure.RateLimited("slowly", null, new RateLimitStatus(List.of(bucket))));

        response.assertHeader("Retry-After", "7");
    }

    @Test
    void suggests_models_that_look_like_the_unknown_one() {
        var response = failWith(new UnknownModelException("gpt-oss", List.of("gpt-oss-20b", "gpt-oss-120b")));

        response.assertError(404, "model_not_found");
        assertEquals(
                "No provider is known to serve the model 'gpt-oss'; did you mean 'gpt-oss-20b' or 'gpt-oss-120b'?"
                        + " A request without a model gets a provider's default model.",
                response.text("/error"));
        assertEquals(2, response.json().at("/details/near_matches").size());
    }

    @Test
    void names_the_providers_there_are() {
        var response = failWith(new UnknownProviderException("grok", List.of("groq", "cerebras")));

        response.assertError(400, "invalid_request");
        assertTrue(response.text("/error").endsWith("provider must be one of groq, cerebras"));
    }

    @Test
    void answers_a_passed_deadline_with_504() {
        var response = failWith(new DeadlineExceededException(List.of(Samples.limited(Samples.GROQ, 1))));

        response.assertError(504, "deadline_exceeded");
        response.assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
    }

    @Test
    void says_nothing_of_what_went_wrong_inside() {
        testServer.chats.play((_, _) -> {
            throw new IllegalStateException("secret inside");
        });

        var response = testServer.post("/api/chat", Samples.HELLO, "X-Request-Id: r-1");

        response.assertError(500, "internal");
        assertEquals("r-1", response.text("/request_id"));
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

        response.assertStatus(405);
        assertEquals(method, response.header("Allow"));
        assertEquals("method_not_allowed", response.text("/code"));
    }

    @Test
    void knows_no_other_path() {
        var response = testServer.get("/api/chats");

        response.assertError(404, "not_found");
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
                .post("/api/chat", Samples.HELLO, "X-Request-Id: " + id)
                .header("X-Request-Id");
    }
}
