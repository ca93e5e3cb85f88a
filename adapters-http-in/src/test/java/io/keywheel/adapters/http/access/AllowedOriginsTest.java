package io.keywheel.adapters.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.client.RawSocket;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// CORS for configured origins, for requests and WebSockets.
class AllowedOriginsTest {

    @AutoClose
    private final TestServer guarded =
            new TestServer(TestServer.Terms.USUAL.withTokens("t0ken").withOrigins("https://page.test"));

    private Response preflight(String origin, String headers) {
        return guarded.send(
                "OPTIONS",
                "/api/chat",
                BodyPublishers.noBody(),
                "Origin: " + origin,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: " + headers);
    }

    @Test
    void preflight_of_an_allowed_origin_needs_no_token() {
        var response = preflight("https://page.test", "content-type,authorization")
                .assertStatus(204)
                .assertHeader("Access-Control-Allow-Origin", "https://page.test");

        assertTrue(response.header("Access-Control-Allow-Headers").contains("authorization"));
    }

    @Test
    void preflight_allows_sdk_headers() {
        String asked = "authorization,content-type,x-stainless-runtime-version";

        preflight("https://page.test", asked).assertHeader("Access-Control-Allow-Headers", asked);
    }

    @Test
    void preflight_does_not_echo_invalid_header_names() {
        preflight("https://page.test", "<script>")
                .assertHeader(
                        "Access-Control-Allow-Headers",
                        "Authorization, Content-Type, X-Request-Id, x-api-key, anthropic-version, anthropic-beta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://page.test", "https://page.test:8443", "https://page.test.evil.test", "null"})
    void preflight_requires_an_exact_origin_match(String origin) {
        preflight(origin, "content-type,authorization")
                .assertStatus(403)
                .assertHeader("Access-Control-Allow-Origin", "")
                .assertHeader("Vary", "Origin");
    }

    @Test
    void allowed_origin_may_read_an_error_and_its_headers() {
        guarded.get("/api/keys", "Origin: https://page.test")
                .assertStatus(401)
                .assertHeader("Access-Control-Allow-Origin", "https://page.test")
                .assertHeader(
                        "Access-Control-Expose-Headers",
                        "X-Request-Id, request-id, X-Keywheel-Provider, X-Keywheel-Model, X-Keywheel-Key,"
                                + " X-Keywheel-Attempts, X-Keywheel-Dropped, X-Keywheel-Client, Retry-After, X-RateLimit-Limit-Requests,"
                                + " X-RateLimit-Remaining-Requests, X-RateLimit-Reset-Requests,"
                                + " X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Tokens,"
                                + " X-RateLimit-Reset-Tokens");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: https://page.test, 101",
        "Origin: http://localhost, 101",
        "X-None: 1, 101",
        "Origin: https://evil.test, 403",
        "Origin: null, 403",
        "Origin: http://localhost:1, 403",
    })
    void websocket_opens_only_for_allowed_or_absent_origins(String header, String status) {
        assertEquals(status, guarded.statusOf(RawSocket.handshake(header, "Authorization: Bearer t0ken")));
    }
}
