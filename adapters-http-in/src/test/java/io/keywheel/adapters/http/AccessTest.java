package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AccessTest {

    @AutoClose
    private final TestServer guarded =
            new TestServer(TestServer.Terms.USUAL.withTokens("t0ken", "0ther").withOrigins("https://page.test"));

    @AutoClose
    private final TestServer local = new TestServer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/keys",
                "/health",
                "/api/chat",
                "/api/chat/ws",
                "/nowhere",
                "/v1/models",
                "/v1/chat/completions",
                "/openai/v1/models/auto",
                "/metrics",
                "/api/events",
                "/console/",
                "/console/nothing.js",
                "/console/../api/keys",
                "/api/reload"
            })
    void guards_everything_but_what_is_open(String path) {
        var response = guarded.get(path);

        response.assertStatus(401);
        response.assertHeader("WWW-Authenticate", "Bearer");
        assertTrue(response.headers().firstValue("X-Request-Id").isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/live", "/health/ready", "/console", "/console/console.js"})
    void leaves_the_probes_the_start_page_and_the_console_open(String path) {
        guarded.get(path).assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer t0ken", "bearer 0ther", "BEARER  t0ken"})
    void lets_a_token_in(String authorization) {
        var response = guarded.send(HttpRequest.newBuilder(guarded.uri("/api/keys"))
                .header("Authorization", authorization)
                .build());

        response.assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer t0ke", "Bearer t0ken0", "Bearer", "Bearer ", "t0ken", "Basic t0ken", "Bearer T0KEN"})
    void lets_nothing_else_in(String authorization) {
        var response = guarded.send(HttpRequest.newBuilder(guarded.uri("/api/keys"))
                .header("Authorization", authorization)
                .build());

        response.assertStatus(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/keys",
                "/api//keys",
                "/health/live/../../api/keys",
                "/health/live/%2e%2e/%2e%2e/api/keys",
                "/health/live/..%2f..%2fapi/keys",
                "/api/keys;x=1",
                "/;x/api/keys",
                "/API/keys",
                "/api/%6beys",
                "/api/keys/",
                "/api/keys?x=/health/live",
                "/health/live;/../../api/keys",
                "/./api/keys",
                "http://localhost/api/keys",
            })
    void is_not_tricked_by_paths(String path) {
        String status = guarded.statusOf(RawClient.get(path));

        assertTrue(status.equals("401") || status.equals("400"), status);
    }

    @Test
    void new_tokens_replace_the_old_ones_at_once() {
        guarded.gateway.admit(Set.of("n3w"));

        withToken("t0ken").assertStatus(401);
        withToken("n3w").assertStatus(200);
    }

    private Response withToken(String token) {
        return guarded.send(HttpRequest.newBuilder(guarded.uri("/api/keys"))
                .header("Authorization", "Bearer " + token)
                .build());
    }

    @Test
    void asks_for_the_token_before_the_body() {
        try (var client = guarded.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", "Content-Length: 1000"));

            String head = client.readUntil("\r\n\r\n");

            assertTrue(head.startsWith("HTTP/1.1 401 "), head);
            assertTrue(head.contains("Connection: close"), head);
        }
    }

    @Test
    void asks_for_the_token_before_it_asks_for_the_body() {
        try (var client = guarded.raw()) {
            client.send(RawClient.head(
                    "POST /api/chat",
                    "Content-Type: application/json",
                    "Expect: 100-continue",
                    "Content-Length: 1000"));

            String all = client.readAll();

            assertTrue(all.startsWith("HTTP/1.1 401 "), all);
            assertFalse(all.contains("100 Continue"), all);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:8080", "LocalHost", "127.0.0.1", "127.255.0.3:80", "[::1]", "[::1]:8080"
            })
    void lets_loopback_names_in_without_tokens(String host) {
        assertEquals("200", local.statusOf("GET /api/keys HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.test",
                "127.0.0.1.evil.test",
                "localhost.evil.test",
                "notlocalhost",
                "127.0.0.256",
                "127.1",
                "128.0.0.1",
                "[::2]",
                "0.0.0.0",
            })
    void lets_no_other_name_in_without_tokens(String host) {
        for (String path : new String[] {"/api/keys", "/", "/health/live"}) {
            String status = local.statusOf("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertTrue(status.equals("403") || status.equals("400"), status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: localhost\r\nHost: localhost\r\n"})
    void wants_exactly_one_host(String hosts) {
        assertEquals("400", local.statusOf("GET /api/keys HTTP/1.1\r\n" + hosts + "\r\n"));
    }

    @Test
    void lets_any_host_in_with_a_token() {
        assertEquals(
                "200",
                guarded.statusOf("GET /api/keys HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer t0ken\r\n\r\n"));
    }

    @Test
    void opens_no_websocket_without_a_token() {
        assertEquals("401", guarded.statusOf(RawSocket.handshake()));
    }

    @Test
    void opens_no_websocket_to_a_rebound_name() {
        assertEquals("403", local.statusOf(RawSocket.handshake().replace("Host: localhost", "Host: evil.test")));
    }

    @Test
    void shows_no_token() {
        assertFalse(
                TestServer.Terms.USUAL.withTokens("t0ken").settings().toString().contains("t0ken"));
    }
}
