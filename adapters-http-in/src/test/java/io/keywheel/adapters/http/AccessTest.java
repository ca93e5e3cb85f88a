package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Access by token, by `Host` and, of each endpoint, by exactly one path.
class AccessTest {

    @AutoClose
    private static final TestServer guarded = new TestServer(TestServer.Terms.USUAL.withTokens("t0ken", "0ther"));

    @AutoClose
    private static final TestServer local = new TestServer();

    private static String keysAt(String headers) {
        return "GET /api/keys HTTP/1.1\r\n" + headers + "\r\n";
    }

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
                "/openapi",
                "/openapi.json",
                "/openapi.yaml",
                "/metrics",
                "/api/events",
                "/console/",
                "/console/nothing.js",
                "/console/../api/keys",
                "/api/reload"
            })
    void protected_paths_without_token_return_401(String path) {
        var response = guarded.get(path).assertStatus(401).assertHeader("WWW-Authenticate", "Bearer");

        assertFalse(response.header("X-Request-Id").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/live", "/health/ready", "/console", "/console/console.js"})
    void probes_start_page_and_console_need_no_token(String path) {
        guarded.get(path).assertStatus(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    200 | Authorization: Bearer t0ken     | X-None: 1
                    200 | Authorization: bearer 0ther     | X-None: 1
                    200 | Authorization: BEARER  t0ken    | X-None: 1
                    200 | x-api-key: t0ken                | X-None: 1
                    200 | Authorization: Bearer other     | x-api-key: t0ken
                    200 | Authorization: Bearer t0ken     | x-api-key: sk-ant-other
                    401 | Authorization: Bearer t0ke      | X-None: 1
                    401 | Authorization: Bearer t0ken0    | X-None: 1
                    401 | Authorization: Bearer T0KEN     | X-None: 1
                    401 | Authorization: Bearer           | X-None: 1
                    401 | 'Authorization: Bearer '        | X-None: 1
                    401 | Authorization: t0ken            | X-None: 1
                    401 | Authorization: Basic t0ken      | X-None: 1
                    401 | x-api-key: other                | X-None: 1
                    401 | x-api-key: Bearer t0ken         | X-None: 1
                    """)
    void only_a_valid_token_is_accepted_in_either_header(int status, String one, String other) {
        guarded.get("/api/keys", one, other).assertStatus(status);
    }

    @Test
    void new_tokens_replace_the_old_ones_immediately() {
        try (var reloaded = TestServer.guarded("t0ken")) {
            reloaded.gateway.replaceAccessTokens(TestServer.Terms.clients("n3w"));

            reloaded.get("/api/keys", "Authorization: Bearer t0ken").assertStatus(401);
            reloaded.get("/api/keys", "Authorization: Bearer n3w").assertStatus(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: 1", "Expect: 100-continue"})
    void missing_token_returns_401_before_the_body_is_read(String header) {
        String head = RawClient.chatHead(header, "Content-Length: 1000");

        guarded.exchange(head).assertStatus(401).assertCloses();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    200, localhost
                    200, localhost:8080
                    200, LocalHost
                    200, 127.0.0.1
                    200, 127.255.0.3:80
                    200, [::1]
                    200, [::1]:8080
                    403, evil.test
                    403, 127.0.0.1.evil.test
                    403, localhost.evil.test
                    403, notlocalhost
                    403, 127.0.0.256
                    403, 127.1
                    403, 128.0.0.1
                    403, [::2]
                    403, 0.0.0.0
                    """)
    void only_a_loopback_host_is_accepted_without_tokens(String status, String host) {
        for (String path : List.of("/api/keys", "/", "/health/live")) {
            assertEquals(status, local.statusOf("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: localhost\r\nHost: localhost\r\n"})
    void missing_or_repeated_host_header_returns_400(String hosts) {
        assertEquals("400", local.statusOf(keysAt(hosts)));
    }

    @Test
    void any_host_is_accepted_with_a_token() {
        assertEquals("200", guarded.statusOf(keysAt("Host: gw.test\r\nAuthorization: Bearer t0ken\r\n")));
    }

    @Test
    void websocket_handshake_without_token_returns_401() {
        assertEquals("401", guarded.statusOf(RawSocket.handshake()));
    }

    @Test
    void websocket_handshake_to_foreign_host_returns_403() {
        assertEquals("403", local.statusOf(RawSocket.handshake().replace("Host: localhost", "Host: evil.test")));
    }

    @Test
    void settings_to_string_contains_no_token() {
        var settings = TestServer.Terms.USUAL.withTokens("t0ken").at("localhost", 0);

        assertFalse(settings.toString().contains("t0ken"));
    }

    private static int status(String path, String authorization) {
        return Integer.parseInt(guarded.statusOf(RawClient.post(path, Samples.HELLO, authorization)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/chat",
                "/api//chat",
                "/api/chat//",
                "/api/chat/",
                "/api/%63hat",
                "/api/%43hat",
                "/API/chat",
                "/api/chat;a=b",
                "/api;a=b/chat",
                "/;x/api/chat",
                "/api/chat;",
                "/api/./chat",
                "/./api/chat",
                "/api/chat/.",
                "/x/../api/chat",
                "/../api/chat",
                "/api/chat/x/..",
                "/api/%2e/chat",
                "/api%2fchat",
                "/api%2Fchat",
                "/api/chat%20",
                "/api/chat%00",
                "/api/chat#",
                "/api/chat#x",
                "/health/live/../../api/chat",
                "/health/live/%2e%2e/%2e%2e/api/chat",
                "/health/live/..%2f..%2fapi/chat",
                "/health/live;/../../api/chat",
                "http://localhost/api/chat",
            })
    void alternative_path_spellings_do_not_reach_the_chat(String path) {
        guarded.chats.commands().clear();
        guarded.chats.answer("Hi");
        int status = status(path, "Authorization: Bearer t0ken");
        int withoutToken = status(path, "X-None: 1");

        assertTrue(status == 404 || status == 400, () -> status + "");
        assertTrue(withoutToken == 401 || withoutToken == 400, () -> withoutToken + "");
        assertEquals(0, guarded.chats.commands().size());
    }

    @Test
    void query_does_not_affect_routing_or_access() {
        guarded.chats.answer("Hi");

        assertEquals(200, status("/api/chat?a=b", "Authorization: Bearer t0ken"));
        assertEquals(401, status("/api/chat?x=/health/live", "X-None: 1"));
    }
}
