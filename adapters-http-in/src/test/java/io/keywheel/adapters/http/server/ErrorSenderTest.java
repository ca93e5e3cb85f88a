package io.keywheel.adapters.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorSenderTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void failures_are_sent_with_attempts_and_without_www_authenticate() {
        testServer.chats.fail(new DeadlineExceededException(List.of(Samples.limited(Samples.GROQ, 1))));
        testServer
                .post("/api/chat", Samples.HELLO)
                .assertError(504, "deadline_exceeded")
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited");
        testServer.chats.fail(new Failure.Rejected(new UpstreamError(401, "no", null, null, null)));
        testServer.post("/api/chat", Samples.HELLO).assertError(401, "rejected").assertHeader("WWW-Authenticate", "");
    }

    @Test
    void internal_error_response_hides_the_exception_message() {
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
    void wrong_method_returns_405_with_allow_header(String path, String method) {
        testServer
                .send("PATCH", path, BodyPublishers.noBody())
                .assertError(405, "method_not_allowed")
                .assertHeader("Allow", method);
    }
}
