package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// How large a body may be.
class BodyLimitsTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void refuses_a_large_body_by_its_length_and_hears_it_out() {
        try (var client = testServer.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", "Content-Length: 900000"));
            String head = client.readUntil("\r\n\r\n");
            String part = " ".repeat(90_000);
            for (int i = 0; i < 10; i++) {
                client.send(part);
            }

            String body = client.readAll();

            assertTrue(head.startsWith("HTTP/1.1 413 "), head);
            assertTrue(head.contains("Connection: close"), head);
            assertTrue(body.contains("\"code\":\"body_too_large\""), body);
            assertFalse(body.contains("HTTP/1.1"), body);
        }
    }

    @Test
    void refuses_a_large_body_in_chunks_with_one_answer() {
        try (var client = testServer.raw()) {
            client.send(RawClient.chunkedHead());
            for (int i = 0; i < 70; i++) {
                client.send(RawClient.chunk(1000, " ".repeat(1000)));
            }
            client.send("0\r\n\r\n");

            String all = client.readAll();

            assertTrue(all.startsWith("HTTP/1.1 413 "), all);
            assertTrue(all.contains("Connection: close"), all);
            assertEquals(all.indexOf("HTTP/1.1"), all.lastIndexOf("HTTP/1.1"), all);
        }
    }

    @Test
    void holds_no_more_of_one_huge_chunk_than_a_body_may_have() {
        try (var client = testServer.raw()) {
            client.send(RawClient.chunkedHead()).send("7fffffff\r\n");
            String flood = " ".repeat(10_000);
            for (int i = 0; i < 25; i++) {
                client.send(flood);
            }

            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void bounds_a_chunk_size_that_never_ends() {
        try (var client = testServer.raw()) {
            client.send(RawClient.chunkedHead()).send("1;" + "x".repeat(250_000));

            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void takes_a_body_as_large_as_it_may_be() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        String body = Samples.HELLO + " ".repeat(64 * 1024 - Samples.HELLO.length());

        testServer.post("/api/chat", body).assertStatus(200);
        testServer.post("/api/chat", body + " ").assertStatus(413);
    }
}
