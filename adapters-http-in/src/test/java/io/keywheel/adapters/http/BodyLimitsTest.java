package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How large a body may be, and what else the body of one request leaves for the next.
class BodyLimitsTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void refuses_a_large_body_by_its_length_and_hears_it_out() {
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
    void says_that_a_body_that_nobody_reads_was_the_last_of_its_connection(String read) {
        testServer
                .exchange(RawClient.head(read, "Content-Length: 2") + "{}")
                .assertStatus(200)
                .assertHeader("Connection", "close");
    }

    @Test
    void refuses_a_large_body_in_chunks_with_one_answer() {
        String chunks = RawClient.chunk(1000, " ".repeat(1000)).repeat(70);

        testServer
                .exchange(RawClient.chunkedHead() + chunks + "0\r\n\r\n")
                .assertError(413, "body_too_large")
                .assertHeader("Connection", "close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff\r\n", "1;"})
    void holds_no_more_of_a_huge_chunk_or_of_its_size_than_a_body_may_have(String begin) {
        try (var client = testServer.raw()) {
            client.send(RawClient.chunkedHead()).send(begin + "x".repeat(250_000));
            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void takes_a_body_as_large_as_it_may_be() {
        testServer.chats.answer("Hi");
        String body = Samples.HELLO + " ".repeat(64 * 1024 - Samples.HELLO.length());

        testServer.post("/api/chat", body).assertStatus(200);
        testServer.post("/api/chat", body + " ").assertStatus(413);
    }

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
        testServer.chats.answer("Hi");
        String asked = RawClient.post(path, Samples.HELLO).replace("Host:", "Connection: close\r\nHost:");

        testServer.exchange(asked).assertStatus(200).assertHeader("Connection", "close");
    }

    @Test
    void asks_for_the_body_where_the_client_waits_for_that() {
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
