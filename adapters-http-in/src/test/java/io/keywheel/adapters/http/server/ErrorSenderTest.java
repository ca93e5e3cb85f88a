package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.failover.Failure;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorSenderTest {

    private static final UpstreamError NO = upstreamError(400);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private static UpstreamError upstreamError(int status) {
        return new UpstreamError(status, "no", null, null, null);
    }

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

    static Stream<Arguments> onlyFailures() {
        return Stream.of(
                arguments(new Failure.Rejected(upstreamError(401)), 401, "rejected"),
                arguments(new Failure.Rejected(upstreamError(403)), 403, "rejected"),
                arguments(new Failure.Rejected(upstreamError(407)), 407, "rejected"),
                arguments(new Failure.Rejected(upstreamError(200)), 502, "rejected"),
                arguments(new Failure.Rejected(upstreamError(302)), 502, "rejected"),
                arguments(new Failure.Rejected(upstreamError(500)), 502, "rejected"),
                arguments(new Failure.TooLarge(NO), 413, "too_large"),
                arguments(new Failure.Unsupported(NO), 400, "unsupported"),
                arguments(new Failure.ModelUnavailable(NO), 404, "model_unavailable"),
                arguments(new Failure.TimedOut("no"), 504, "timed_out"),
                arguments(new Failure.OutOfTime(), 504, "out_of_time"),
                arguments(new Failure.Overloaded("no", null), 503, "overloaded"),
                arguments(new Failure.Unavailable("no", null), 503, "unavailable"),
                arguments(new Failure.KeyRefused("no"), 503, "key_refused"),
                arguments(new Failure.AccountBlocked("no"), 503, "account_blocked"),
                arguments(new Failure.EmptyReply("no"), 503, "empty_reply"));
    }

    @ParameterizedTest
    @MethodSource("onlyFailures")
    void answers_a_single_attempt_with_its_own_failure(Failure failure, int status, String code) {
        failWith(failure).assertError(status, code).assertHeader("WWW-Authenticate", "");
    }

    static Stream<Arguments> waits() {
        var empty = new RateLimitStatus.Bucket("tokens", 100L, 0, Duration.ofSeconds(7));
        return Stream.of(
                arguments(Duration.ofMillis(2100), RateLimitStatus.UNKNOWN, "3"),
                arguments(null, new RateLimitStatus(List.of(empty)), "7"));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void wait_is_the_upstreams_or_the_reset_of_its_empty_bucket(
            Duration named, RateLimitStatus status, String seconds) {
        failWith(new Failure.RateLimited("slowly", named, status))
                .assertError(503, "rate_limited")
                .assertHeader("Retry-After", seconds);
    }

    @Test
    void suggests_models_that_look_like_the_unknown_one() {
        var response = failWith(new UnknownModelException("gpt-oss", List.of("gpt-oss-20b", "gpt-oss-120b")));

        response.assertError(404, "model_not_found");
        assertEquals(
                "No provider is known to serve the model 'gpt-oss'; did you mean 'gpt-oss-20b' or 'gpt-oss-120b'?"
                        + " Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names.",
                response.text("/error"));
        assertEquals(2, response.json().at("/details/near_matches").size());
    }

    @Test
    void names_the_providers_there_are() {
        var response = failWith(new UnknownProviderException("grok", List.of("groq", "cerebras")));

        response.assertError(400, "invalid_request");
        assertEquals("There is no provider 'grok'; provider must be one of groq, cerebras", response.text("/error"));
    }

    @Test
    void names_the_providers_that_a_virtual_model_leads_to() {
        var response = failWith(new UnknownProviderException("smart", "groq", List.of("cerebras")));

        response.assertError(400, "invalid_request");
        assertEquals(
                "The model 'smart' has no target at 'groq'; provider must be one of cerebras", response.text("/error"));
    }

    @Test
    void answers_a_passed_deadline_with_504() {
        failWith(new DeadlineExceededException(List.of(Samples.limited(Samples.GROQ, 1))))
                .assertError(504, "deadline_exceeded")
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
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
        "/v1/chat/completions, POST",
        "/api/reload, POST",
        "/, 'GET, HEAD'",
        "/health, 'GET, HEAD'",
        "/api/keys, 'GET, HEAD'",
        "/api/chat/ws, 'GET, HEAD'",
    })
    void names_the_method_that_a_path_is_for(String path, String method) {
        testServer
                .send("PATCH", path, BodyPublishers.noBody())
                .assertError(405, "method_not_allowed")
                .assertHeader("Allow", method);
    }

    @Test
    void knows_no_other_path() {
        testServer.get("/api/chats").assertError(404, "not_found");
    }

    @ParameterizedTest
    @CsvSource({"a.B-3_, 1, true", "a b, 1, false", "x, 128, true", "x, 129, false", "x, 10000, false"})
    void keeps_a_sane_request_id_and_replaces_any_other(String id, int times, boolean sane) {
        String given = id.repeat(times);
        String got = testServer.get("/health/live", "X-Request-Id: " + given).header("X-Request-Id");

        assertEquals(sane, got.equals(given));
        assertEquals(sane ? given.length() : 36, got.length());
    }
}
