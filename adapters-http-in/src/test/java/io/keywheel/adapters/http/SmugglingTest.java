package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Byte sequences that a proxy and the gateway could split into requests differently.
class SmugglingTest {

    private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String CHUNKS = "2d\r\n" + BODY + "\r\n0\r\n\r\n";

    /// A response to this request would reveal request smuggling.
    private static final String CANARY = RawClient.get("/api/keys", "X-Request-Id: canary");

    @AutoClose
    private static final TestServer testServer = new TestServer();

    /// @param bytes a request that must be refused without a chat, with the connection closed
    private static Response assertRefused(String bytes) {
        testServer.chats.commands().clear();
        testServer.chats.answer("Hi");
        var response = testServer.exchange(bytes);
        assertTrue(
                response.status() / 100 == 4 || response.status() == 501 || response.status() == 505, response.body());
        assertFalse(response.header("X-Request-Id").isEmpty());
        assertFalse(response.header("X-Request-Id").equals("canary"));
        assertEquals(0, testServer.chats.commands().size());
        return response;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length : 45",
                "Content-Length: 45\r\nContent-Length: 44",
                "Content-Length: 44\r\nContent-Length: 45",
                "Content-Length: 0\r\ncontent-length: 45",
                "Content-Length: 45, 44",
                "Content-Length: 4 5",
                "Content-Length: 0x2d",
                "Content-Length: 45.0",
                "Content-Length: -45",
                "Content-Length: +45",
                "Content-Length: 45,45",
                "Content-Length:",
                "Content-Length: 99999999999999999999",
                "X-Some: a\r\n Content-Length: 45",
                "X-Some: a\r\n\tContent-Length: 45",
                "X-Some: a\rContent-Length: 45",
                "X-Some: a\nContent-Length: 45",
                "X-Some: a\0\r\nContent-Length: 45",
                "X Some: a\r\nContent-Length: 45",
                "X-Some\t: a\r\nContent-Length: 45",
                ": a\r\nContent-Length: 45",
                "No-Colon",
            })
    void ambiguous_content_lengths_are_refused(String headers) {
        assertRefused(RawClient.chatHead(headers) + BODY + CANARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nContent-Length: 45",
                "Content-Length: 45\r\nTransfer-Encoding: chunked",
                "Content-Length: 0\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding : chunked",
                " Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: identity\r\nContent-Length: 45",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding:\u000bchunked",
                "Transfer-Encoding:",
            })
    void ambiguous_transfer_encodings_are_refused(String headers) {
        assertRefused(RawClient.chatHead(headers) + CHUNKS + CANARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n",
                "2d\r\n#XX0\r\n\r\n",
                "2d\r\n#\n\n0\r\n\r\n",
                "+2d\r\n#\r\n0\r\n\r\n",
                "-2d\r\n#\r\n0\r\n\r\n",
                " 2d\r\n#\r\n0\r\n\r\n",
                "2d \r\n#\r\n0\r\n\r\n",
                "0x2d\r\n#\r\n0\r\n\r\n",
                "\r\n#\r\n0\r\n\r\n",
                "2d\n#\r\n0\r\n\r\n",
                "2d;a=b\r\n#\r\n0\r\n\r\n",
                "2d\r\n#\r\n0\n\n",
                "2d\r\n#\r\n0\r\nX-Trailer: a\r\n\r\n",
                "00000002d\r\n#\r\n0\r\n\r\n",
                "10000002d\r\n#\r\n0\r\n\r\n",
            })
    void ambiguous_chunk_framing_is_refused(String body) {
        assertEquals(45, BODY.length());
        assertRefused(RawClient.chunkedHead() + body.replace("#", BODY)).assertError(400, "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/keys HTTP/1.1\nHost: localhost\n\n",
                "GET /api/keys HTTP/1.1\r\nHost: localhost\n\n",
                "GET /api/keys HTTP/1.1\nHost: localhost\r\n\r\n",
                "GET  /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /api/keys  HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /api/keys HTTP/1.1 \r\nHost: localhost\r\n\r\n",
                "GET\t/api/keys\tHTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /api/keys /x HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /api/keys\r\nHost: localhost\r\n\r\n",
                "G\0ET /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "G\u0001ET /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "G\u007fET /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GE(T /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
                " /api/keys HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "CONNECT evil.test:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET http://evil.test/api/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET //evil.test/api/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "TRACE /api/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /api/keys HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n",
                "GET /api/keys HTTP/1.1\r\nHost: localhost, evil.test\r\nConnection: close\r\n\r\n",
                "GET /api/keys HTTP/1.1\r\nHost: localhost@evil.test\r\nConnection: close\r\n\r\n",
            })
    void ambiguous_request_lines_and_hosts_are_refused(String head) {
        assertRefused(head + CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 45", "Transfer-Encoding: chunked"})
    void websocket_handshake_with_a_body_is_refused(String header) {
        assertRefused(RawSocket.handshake(header, "X-Request-Id: first") + CHUNKS + CANARY);
    }

    /// Some clients send an empty line after a body, which `Content-Length` does not count (RFC 9112, 2.2).
    @Test
    void one_empty_line_before_a_request_is_skipped() {
        testServer.chats.answer("Hi");
        String chat = RawClient.chatHead("Content-Length: 45") + BODY;
        try (var client = testServer.raw()) {
            client.send(chat + "\r\n" + chat);
            assertTrue(client.readUntil("}}").startsWith("HTTP/1.1 200 "));
            assertTrue(client.readUntil("}}").startsWith("HTTP/1.1 200 "));
            client.send("\r");
            client.send("\n" + chat);
            assertTrue(client.readUntil("}}").startsWith("HTTP/1.1 200 "));
        }
        assertRefused("\r\n\r\n" + CANARY).assertError(400, "invalid_request");
    }

    @Test
    void chunked_body_is_reassembled() {
        testServer.chats.answer("Hi");
        try (var client = testServer.raw()) {
            var asked = new StringBuilder(RawClient.chunkedHead());
            BODY.chars().forEach(c -> asked.append(RawClient.chunk(1, Character.toString(c))));
            String all = asked + "0\r\n\r\n";
            for (int i = 0; i < 2; i++) {
                for (byte b : all.getBytes(StandardCharsets.UTF_8)) {
                    client.send(new byte[] {b});
                }
                assertTrue(client.readUntil("}}").contains("\"Hi\""));
            }
            client.send(RawClient.chunkedHead() + RawClient.chunk(0x2d, BODY) + "0\r\n\r\n" + all);
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
        }
    }
}
