package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What one request leaves the connection in for the next one.
class ConnectionTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @ParameterizedTest
    @ValueSource(strings = {"/api/keys", "/", "/nowhere"})
    void keeps_the_connection_in_order_where_a_body_is_not_wanted(String path) {
        try (var client = testServer.raw()) {
            client.send(RawClient.head("GET " + path, "Content-Length: 5") + "hello" + RawClient.get("/health/live"));

            String all = client.readAll();

            assertFalse(all.contains(" 400 "), all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void closes_the_connection_where_the_client_wants_it(String path) {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        try (var client = testServer.raw()) {
            String asked = RawClient.post(path, Samples.HELLO).replace("Host:", "Connection: close\r\nHost:");

            String all = client.send(asked).readAll();

            assertTrue(all.startsWith("HTTP/1.1 200 OK"), all);
            assertTrue(all.contains("Connection: close"), all);
        }
    }

    @Test
    void asks_for_the_body_where_the_client_waits_for_that() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = testServer.raw()) {
            client.send(RawClient.head(
                    "POST /api/chat",
                    "Content-Type: application/json",
                    "Expect: 100-continue",
                    "Content-Length: " + Samples.HELLO.length()));
            assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 100 "));

            assertTrue(client.send(Samples.HELLO).readUntil("}}").startsWith("HTTP/1.1 200 "));
        }
    }
}
