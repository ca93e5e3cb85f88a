package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a body begins and ends. What else could be taken in two ways is in [SmugglingTest].
class FramingTest {

    private static final String SHORT_HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @AutoClose
    private final TestServer testServer = new TestServer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: -1",
                "Content-Length: 5,5",
                "Content-Length: +5",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: chunked, identity",
                "X-Folded: a\r\n b",
                "X-Bare: a\nX-Second: b",
                "No-Colon",
            })
    void refuses_ambiguous_framing(String headers) {
        try (var client = testServer.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", headers) + "hello");

            String all = client.readAll();

            assertTrue(all.startsWith("HTTP/1.1 400 ") || all.startsWith("HTTP/1.1 501 "), all);
            assertTrue(all.contains("\"request_id\""), all);
            assertEquals(all.indexOf("HTTP/1.1"), all.lastIndexOf("HTTP/1.1"), all);
        }
    }

    @Test
    void says_in_json_that_a_chunk_is_none() {
        try (var client = testServer.raw()) {
            String all = client.send(RawClient.chunkedHead()).send("hello\r\n").readAll();

            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
            assertTrue(all.contains("\"code\":\"invalid_request\""), all);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
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
                "10000002d\r\n#\r\n0\r\n\r\n",
            })
    void refuses_chunks_that_another_reader_could_take_otherwise(String body) {
        assertEquals(45, SHORT_HELLO.length());
        try (var client = testServer.raw()) {
            String all = client.send(RawClient.chunkedHead() + body.replace("#", SHORT_HELLO))
                    .readAll();

            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
            assertTrue(all.contains("\"code\":\"invalid_request\""), all);
            assertEquals(all.indexOf("HTTP/1.1"), all.lastIndexOf("HTTP/1.1"), all);
            assertEquals(0, testServer.chats.commands().size());
        }
    }

    @Test
    void puts_chunks_together() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = testServer.raw()) {
            var asked = new StringBuilder(RawClient.chunkedHead());
            SHORT_HELLO.chars().forEach(c -> asked.append(RawClient.chunk(1, Character.toString(c))));
            String all = asked + "0\r\n\r\n";
            for (int i = 0; i < 2; i++) {
                for (byte b : all.getBytes(StandardCharsets.UTF_8)) {
                    client.send(new byte[] {b});
                }
                assertTrue(client.readUntil("}}").contains("\"Hi\""));
            }
            client.send(RawClient.chunkedHead() + RawClient.chunk(0x2d, SHORT_HELLO) + "0\r\n\r\n" + all);
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
        }
    }
}
