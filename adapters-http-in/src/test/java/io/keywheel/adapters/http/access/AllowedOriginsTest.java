package io.keywheel.adapters.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.RawSocket;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.TestServer;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages of other origins that ask for an answer or a WebSocket.
class AllowedOriginsTest {

    @AutoClose
    private final TestServer guarded =
            new TestServer(TestServer.Terms.USUAL.withTokens("t0ken", "0ther").withOrigins("https://page.test"));

    @Test
    void answers_the_browser_beforehand_without_a_token() {
        var response = preflight("https://page.test");

        response.assertStatus(204);
        response.assertHeader("Access-Control-Allow-Origin", "https://page.test");
        assertTrue(response.header("Access-Control-Allow-Headers").contains("authorization"));
    }

    @Test
    void lets_a_page_send_the_headers_of_its_library() {
        var response = preflight("https://page.test", "authorization,content-type,x-stainless-runtime-version");

        response.assertHeader("Access-Control-Allow-Headers", "authorization,content-type,x-stainless-runtime-version");
    }

    @Test
    void repeats_no_headers_that_are_none() {
        assertEquals(
                "Authorization, Content-Type, X-Request-Id",
                preflight("https://page.test", "<script>").header("Access-Control-Allow-Headers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://page.test", "https://page.test:8443", "https://page.test.evil.test", "null"})
    void knows_origins_to_the_letter(String origin) {
        var response = preflight(origin);

        response.assertStatus(403);
        response.assertHeader("Access-Control-Allow-Origin", "");
        response.assertHeader("Vary", "Origin");
    }

    @Test
    void lets_the_page_read_answers_and_errors() {
        var response = guarded.send(HttpRequest.newBuilder(guarded.uri("/api/keys"))
                .header("Origin", "https://page.test")
                .build());

        response.assertStatus(401);
        response.assertHeader("Access-Control-Allow-Origin", "https://page.test");
    }

    private Response preflight(String origin) {
        return preflight(origin, "content-type,authorization");
    }

    private Response preflight(String origin, String headers) {
        return guarded.send(HttpRequest.newBuilder(guarded.uri("/api/chat"))
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", headers)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://page.test", "Origin: http://localhost", "X-None: 1"})
    void opens_websockets_to_known_pages_the_own_host_and_programs(String header) {
        assertEquals("101", guarded.statusOf(RawSocket.handshake(header, "Authorization: Bearer t0ken")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://evil.test", "Origin: null", "Origin: http://localhost:1"})
    void opens_no_websocket_to_other_pages(String header) {
        assertEquals("403", guarded.statusOf(RawSocket.handshake(header, "Authorization: Bearer t0ken")));
    }
}
