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

/// Pages of other origins that ask for an answer or a WebSocket.
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
    void answers_the_browser_beforehand_without_a_token() {
        var response = preflight("https://page.test", "content-type,authorization")
                .assertStatus(204)
                .assertHeader("Access-Control-Allow-Origin", "https://page.test");

        assertTrue(response.header("Access-Control-Allow-Headers").contains("authorization"));
    }

    @Test
    void lets_a_page_send_the_headers_of_its_library() {
        String asked = "authorization,content-type,x-stainless-runtime-version";

        preflight("https://page.test", asked).assertHeader("Access-Control-Allow-Headers", asked);
    }

    @Test
    void repeats_no_headers_that_are_none() {
        preflight("https://page.test", "<script>")
                .assertHeader(
                        "Access-Control-Allow-Headers",
                        "Authorization, Content-Type, X-Request-Id, x-api-key, anthropic-version, anthropic-beta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://page.test", "https://page.test:8443", "https://page.test.evil.test", "null"})
    void knows_origins_to_the_letter(String origin) {
        preflight(origin, "content-type,authorization")
                .assertStatus(403)
                .assertHeader("Access-Control-Allow-Origin", "")
                .assertHeader("Vary", "Origin");
    }

    @Test
    void lets_the_page_read_answers_and_errors() {
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
    void opens_websockets_to_known_pages_the_own_host_and_programs_alone(String header, String status) {
        assertEquals(status, guarded.statusOf(RawSocket.handshake(header, "Authorization: Bearer t0ken")));
    }
}
