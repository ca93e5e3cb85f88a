package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class AccessTest {

    @AutoClose
    private final TestServer guarded = new TestServer(TestServer.Terms.USUAL.withTokens("t0ken", "0ther"));

    @AutoClose
    private final TestServer local = new TestServer();

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
    void guards_everything_but_what_is_open(String path) {
        var response = guarded.get(path).assertStatus(401).assertHeader("WWW-Authenticate", "Bearer");

        assertFalse(response.header("X-Request-Id").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/live", "/health/ready", "/console", "/console/console.js"})
    void leaves_the_probes_the_start_page_and_the_console_open(String path) {
        guarded.get(path).assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer t0ken", "bearer 0ther", "BEARER  t0ken"})
    void lets_a_token_in(String authorization) {
        guarded.get("/api/keys", "Authorization: " + authorization).assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer t0ke", "Bearer t0ken0", "Bearer", "Bearer ", "t0ken", "Basic t0ken", "Bearer T0KEN"})
    void lets_nothing_else_in(String authorization) {
        guarded.get("/api/keys", "Authorization: " + authorization).assertStatus(401);
    }

    @ParameterizedTest
    @CsvSource({
        "200, x-api-key: t0ken, X-None: 1",
        "200, x-api-key: t0ken, Authorization: Bearer other",
        "200, x-api-key: sk-ant-other, Authorization: Bearer t0ken",
        "401, x-api-key: other, X-None: 1",
        "401, x-api-key: Bearer t0ken, X-None: 1",
    })
    void lets_a_token_in_as_anthropics_clients_show_it(int status, String one, String other) {
        guarded.get("/api/keys", one, other).assertStatus(status);
    }

    @Test
    void new_tokens_replace_the_old_ones_at_once() {
        guarded.gateway.admit(TestServer.Terms.clients("n3w"));

        guarded.get("/api/keys", "Authorization: Bearer t0ken").assertStatus(401);
        guarded.get("/api/keys", "Authorization: Bearer n3w").assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: 1", "Expect: 100-continue"})
    void asks_for_the_token_before_the_body(String header) {
        String head =
                RawClient.head("POST /api/chat", "Content-Type: application/json", header, "Content-Length: 1000");

        guarded.exchange(head).assertStatus(401).assertHeader("Connection", "close");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:8080", "LocalHost", "127.0.0.1", "127.255.0.3:80", "[::1]", "[::1]:8080"
            })
    void lets_loopback_names_in_without_tokens(String host) {
        assertEquals("200", local.statusOf(keysAt("Host: " + host + "\r\n")));
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
        assertEquals("400", local.statusOf(keysAt(hosts)));
    }

    @Test
    void lets_any_host_in_with_a_token() {
        assertEquals("200", guarded.statusOf(keysAt("Host: gw.test\r\nAuthorization: Bearer t0ken\r\n")));
    }

    @Test
    void client_has_the_name_of_its_token_at_every_api() {
        guarded.chats.answer("Hi");
        guarded.post("/api/chat", Samples.HELLO, "Authorization: Bearer t0ken").assertStatus(200);
        guarded.post("/api/chat/stream", Samples.HELLO, "Authorization: Bearer t0ken")
                .assertStatus(200);
        guarded.post("/v1/chat/completions", Samples.HELLO, "Authorization: Bearer 0ther")
                .assertStatus(200);
        try (var socket = new RawSocket(guarded.raw(), "Authorization: Bearer t0ken")) {
            socket.ask("a");
            socket.next();
        }

        List<String> clients = guarded.chats.commands().stream()
                .map(ChatCommand::client)
                .map(String::valueOf)
                .toList();
        assertEquals(List.of("with-t0ken", "with-t0ken", "with-0ther", "with-t0ken"), clients);
    }

    @Test
    void client_is_unknown_without_tokens() {
        local.chats.answer("Hi");
        local.post("/api/chat", Samples.HELLO).assertStatus(200);

        assertNull(local.chats.commands().getFirst().client());
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
        var settings = TestServer.Terms.USUAL.withTokens("t0ken").at("localhost", 0);

        assertFalse(settings.toString().contains("t0ken"));
    }
}
