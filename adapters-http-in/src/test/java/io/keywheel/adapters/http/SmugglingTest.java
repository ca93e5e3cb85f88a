package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes in which a proxy could see other requests than the gateway does.
/// More of them, in the framing of bodies, are in [FramingTest].
class SmugglingTest {

    private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String CHUNKS = "2d\r\n" + BODY + "\r\n0\r\n\r\n";

    /// Answered, it would show that the gateway found a second request.
    private static final String CANARY = RawClient.get("/api/keys", "X-Request-Id: canary");

    @AutoClose
    private final TestServer testServer = new TestServer();

    /// @param bytes after which the gateway must neither have asked anybody nor listen on
    private void assertRefused(String bytes) {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = testServer.raw()) {
            String all = client.send(bytes).readAll();

            assertTrue(all.startsWith("HTTP/1.1 4") || all.startsWith("HTTP/1.1 505 "), all);
            assertEquals(0, all.lastIndexOf("HTTP/1.1 "), all);
            assertFalse(all.contains("canary"), all);
            assertEquals(0, testServer.chats.commands().size());
        }
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
            })
    void lengths_that_can_be_read_in_two_ways_are_refused(String headers) {
        assertRefused(RawClient.head("POST /api/chat", "Content-Type: application/json", headers) + BODY + CANARY);
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
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding:\u000bchunked",
                "Transfer-Encoding:",
            })
    void transfer_encodings_that_can_be_read_in_two_ways_are_refused(String headers) {
        assertRefused(RawClient.head("POST /api/chat", "Content-Type: application/json", headers) + CHUNKS + CANARY);
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
                "GET /api/keys HTTP/1.2\r\nHost: localhost\r\n\r\n",
                "GET /api/keys HTTP/1.1x\r\nHost: localhost\r\n\r\n",
                "GET /api/keys http/1.1\r\nHost: localhost\r\n\r\n",
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
    void request_lines_and_hosts_that_can_be_read_in_two_ways_are_refused(String head) {
        assertRefused(head + CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 45", "Transfer-Encoding: chunked"})
    void a_handshake_with_a_body_opens_no_socket(String header) {
        try (var client = testServer.raw()) {
            String all = client.send(RawSocket.handshake(header, "X-Request-Id: first") + CHUNKS + CANARY)
                    .readAll();

            assertTrue(all.startsWith("HTTP/1.1 4"), all);
            assertFalse(all.contains("canary"), all);
        }
    }
}
