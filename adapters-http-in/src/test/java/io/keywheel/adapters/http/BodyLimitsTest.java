package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits on request bodies, and reuse of the connection after a body.
class BodyLimitsTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void too_large_content_length_returns_413_and_drains_the_body() {
        try (var client = testServer.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", "Content-Length: 900000"));
            String head = client.readUntil("\r\n\r\n");
            for (int i = 0; i < 10; i++) {
                client.send(" ".repeat(90_000));
            }

            Response.of(head + client.readAll())
                    .assertError(413, "body_too_large")
                    .assertHeader("Connection", "close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models", "GET /health", "HEAD /health"})
    void unread_body_closes_the_connection(String read) {
        testServer
                .exchange(RawClient.head(read, "Content-Length: 2") + "{}")
                .assertStatus(200)
                .assertHeader("Connection", "close");
    }

    @Test
    void too_large_chunked_body_returns_one_413() {
        String chunks = RawClient.chunk(1000, " ".repeat(1000)).repeat(70);

        testServer
                .exchange(RawClient.chunkedHead() + chunks + "0\r\n\r\n")
                .assertError(413, "body_too_large")
                .assertHeader("Connection", "close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff\r\n", "1;"})
    void huge_chunk_or_chunk_size_line_returns_413(String begin) {
        try (var client = testServer.raw()) {
            client.send(RawClient.chunkedHead()).send(begin + "x".repeat(250_000));
            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void body_of_exactly_the_limit_is_accepted() {
        testServer.chats.answer("Hi");
        String body = Samples.HELLO + " ".repeat(64 * 1024 - Samples.HELLO.length());

        testServer.post("/api/chat", body).assertStatus(200);
        testServer.post("/api/chat", body + " ").assertStatus(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/keys", "/", "/nowhere"})
    void unexpected_body_does_not_corrupt_the_next_request(String path) {
        try (var client = testServer.raw()) {
            client.send(RawClient.head("GET " + path, "Content-Length: 5") + "hello" + RawClient.get("/health/live"));
            String all = client.readAll();

            assertFalse(all.contains(" 400 "), all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void connection_close_header_closes_the_connection(String path) {
        testServer.chats.answer("Hi");
        String asked = RawClient.post(path, Samples.HELLO).replace("Host:", "Connection: close\r\nHost:");

        testServer.exchange(asked).assertStatus(200).assertHeader("Connection", "close");
    }

    @Test
    void expect_header_is_answered_with_100_continue() {
        testServer.chats.answer("Hi");
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
