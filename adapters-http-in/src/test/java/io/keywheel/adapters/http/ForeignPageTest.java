package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.Reloaded;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Browser requests of other origins, and CORS for configured origins.
class ForeignPageTest {

    private static final String[] FOREIGN = {
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: ",
        "Sec-Fetch-Site: Same-Origin",
        "Origin: https://evil.test",
        "Origin: null",
        "Origin: http://localhost:1",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost",
    };

    @AutoClose
    private static final TestServer testServer =
            new TestServer(TestServer.Terms.USUAL.withOrigins("https://page.test"));

    @AutoClose
    private static final TestServer GUARDED =
            new TestServer(TestServer.Terms.USUAL.withTokens("t0ken").withOrigins("https://page.test"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/models",
                "GET /v1/models?refresh=true",
                "GET /openai/v1/models/auto",
                "GET /api/keys",
                "GET /api/events",
                "HEAD /api/events",
                "GET /health",
                "GET /metrics",
                "GET /openapi",
                "GET /nowhere",
                "GET /console/",
                "OPTIONS /api/chat",
            })
    void cross_origin_request_to_protected_path_returns_403(String what) {
        for (String header : FOREIGN) {
            assertEquals("403", testServer.statusOf(RawClient.head(what, header)), header);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/chat", "/api/chat/stream", "/v1/chat/completions", "/api/reload", "/api/models/refresh"})
    void cross_origin_post_has_no_effect(String path) {
        var reloads = new AtomicInteger();
        Supplier<Reloaded> reload = testServer.reload;
        testServer.reload = () -> {
            reloads.incrementAndGet();
            return reload.get();
        };
        String body = path.contains("chat") ? Samples.HELLO : "{}";
        for (String header : FOREIGN) {
            assertEquals("403", testServer.statusOf(RawClient.post(path, body, header)), header);
        }
        assertEquals(0, reloads.get() + testServer.models.refreshes.get());
        assertEquals(List.of(), testServer.chats.commands());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console", "/console/console.js", "/health/live", "/health/ready"})
    void cross_site_navigation_to_public_pages_is_allowed(String path) {
        assertEquals(
                "200",
                testServer.statusOf(RawClient.get(path, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-None: 1",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Site: same-origin",
                "Origin: http://localhost",
                "Origin: https://page.test",
                // A reverse proxy may rewrite Host, but the browser sets Sec-Fetch-Site.
                "Origin: https://gateway.test\r\nSec-Fetch-Site: same-origin",
                "Origin: https://page.test\r\nSec-Fetch-Site: cross-site",
            })
    void same_origin_allowed_origin_and_non_browser_calls_succeed(String headers) {

        assertEquals("200", testServer.statusOf(RawClient.get("/v1/models", headers)));
        assertEquals("200", testServer.statusOf(RawClient.post("/api/reload", "{}", headers)));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:80,  http://localhost,  200",
        "localhost:443, https://localhost, 200",
        "localhost:80,  https://localhost, 403"
    })
    void host_with_the_default_port_of_an_origin_is_the_same_origin(String host, String origin, String status) {
        String request = "GET /v1/models HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nConnection: close\r\n\r\n";

        assertEquals(status, testServer.statusOf(request.formatted(host, origin)));
    }

    private Response preflight(String origin, String headers) {
        return GUARDED.send(
                "OPTIONS",
                "/api/chat",
                BodyPublishers.noBody(),
                "Origin: " + origin,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: " + headers);
    }

    @Test
    void preflight_of_an_allowed_origin_allows_sdk_headers_without_a_token() {
        String asked = "authorization,content-type,x-stainless-runtime-version";

        preflight("https://page.test", asked)
                .assertStatus(204)
                .assertHeader("Access-Control-Allow-Origin", "https://page.test")
                .assertHeader("Access-Control-Allow-Headers", asked);
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
        GUARDED.get("/api/keys", "Origin: https://page.test")
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
        assertEquals(status, GUARDED.statusOf(RawSocket.handshake(header, "Authorization: Bearer t0ken")));
    }
}
