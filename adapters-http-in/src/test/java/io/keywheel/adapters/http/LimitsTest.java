package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Chunk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String SHORT_HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @AutoClose
    private final Door door = new Door();

    @AutoClose
    private final Door hasty = new Door(Door.Terms.USUAL.with(TightBounds.patience(SHORT, LONG)));

    private static final byte[] HALF_A_FRAME = {(byte) 0x81, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 0, 0, '{'};

    private static String chunk(int size, String text) {
        return Integer.toHexString(size) + "\r\n" + text + "\r\n";
    }

    private static String chunkedHead() {
        return RawClient.head("POST /api/chat", "Content-Type: application/json", "Transfer-Encoding: chunked");
    }

    @Test
    void refuses_a_large_body_by_its_length_and_hears_it_out() {
        try (var client = door.raw()) {
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
    void bounds_the_request_line() {
        try (var client = door.raw()) {
            String all = client.send(RawClient.get("/" + "x".repeat(5000))).readAll();

            assertTrue(all.startsWith("HTTP/1.1 414 "), all);
            assertTrue(all.contains("\"code\":\"uri_too_long\""), all);
        }
    }

    @Test
    void refuses_a_large_body_in_chunks_with_one_answer() {
        try (var client = door.raw()) {
            client.send(chunkedHead());
            for (int i = 0; i < 70; i++) {
                client.send(chunk(1000, " ".repeat(1000)));
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
        try (var client = door.raw()) {
            client.send(chunkedHead()).send("7fffffff\r\n");
            String flood = " ".repeat(10_000);
            for (int i = 0; i < 25; i++) {
                client.send(flood);
            }

            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void bounds_a_chunk_size_that_never_ends() {
        try (var client = door.raw()) {
            client.send(chunkedHead()).send("1;" + "x".repeat(250_000));

            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void takes_a_body_as_large_as_it_may_be() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        String body = Samples.HELLO + " ".repeat(64 * 1024 - Samples.HELLO.length());

        assertEquals(200, door.post("/api/chat", body).statusCode());
        assertEquals(413, door.post("/api/chat", body + " ").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/keys", "/", "/nowhere"})
    void keeps_the_connection_in_order_where_a_body_is_not_wanted(String path) {
        try (var client = door.raw()) {
            client.send(RawClient.head("GET " + path, "Content-Length: 5") + "hello" + RawClient.get("/health/live"));

            String all = client.readAll();

            assertFalse(all.contains(" 400 "), all);
        }
    }

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
        try (var client = door.raw()) {
            client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", headers) + "hello");

            String all = client.readAll();

            assertTrue(all.startsWith("HTTP/1.1 400 ") || all.startsWith("HTTP/1.1 501 "), all);
            assertTrue(all.contains("\"request_id\""), all);
            assertEquals(all.indexOf("HTTP/1.1"), all.lastIndexOf("HTTP/1.1"), all);
        }
    }

    @Test
    void says_in_json_that_a_chunk_is_none() {
        try (var client = door.raw()) {
            String all = client.send(chunkedHead()).send("hello\r\n").readAll();

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
        try (var client = door.raw()) {
            String all =
                    client.send(chunkedHead() + body.replace("#", SHORT_HELLO)).readAll();

            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
            assertTrue(all.contains("\"code\":\"invalid_request\""), all);
            assertEquals(all.indexOf("HTTP/1.1"), all.lastIndexOf("HTTP/1.1"), all);
            assertEquals(0, door.chats.commands().size());
        }
    }

    @Test
    void puts_chunks_together() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = door.raw()) {
            var asked = new StringBuilder(chunkedHead());
            SHORT_HELLO.chars().forEach(c -> asked.append(chunk(1, Character.toString(c))));
            String all = asked + "0\r\n\r\n";
            for (int i = 0; i < 2; i++) {
                for (byte b : all.getBytes(StandardCharsets.UTF_8)) {
                    client.send(new byte[] {b});
                }
                assertTrue(client.readUntil("}}").contains("\"Hi\""));
            }
            client.send(chunkedHead() + chunk(0x2d, SHORT_HELLO) + "0\r\n\r\n" + all);
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
            assertTrue(client.readUntil("}}").contains("\"Hi\""));
        }
    }

    @Test
    void says_that_it_does_not_speak_http_1_0() {
        try (var client = door.raw()) {
            String all =
                    client.send("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").readAll();

            assertTrue(all.startsWith("HTTP/1.1 505 "), all);
            assertTrue(all.contains("\"code\":\"http_version_not_supported\""), all);
        }
    }

    @Test
    void bounds_the_head() {
        try (var client = door.raw()) {
            String all = client.send(RawClient.get("/", "X-Long: " + "x".repeat(20_000)))
                    .readAll();

            assertTrue(all.contains("\"request_id\""), all);
            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
        }
    }

    @Test
    void ends_a_head_that_does_not_come() {
        try (var client = hasty.raw()) {
            String all = client.send("GET / HTTP/1.1\r\nHost:").readAll();

            assertTrue(all.startsWith("HTTP/1.1 408 "), all);
            assertTrue(all.contains("\"code\":\"request_timeout\""), all);
        }
    }

    @Test
    void ends_a_body_that_does_not_come() {
        try (var client = hasty.raw()) {
            String all = client.send(
                            RawClient.head("POST /api/chat", "Content-Type: application/json", "Content-Length: 10"))
                    .send("{")
                    .readAll();

            assertTrue(all.startsWith("HTTP/1.1 408 "), all);
        }
    }

    @Test
    void ends_a_connection_that_says_nothing() {
        try (var quiet = new Door(Door.Terms.USUAL.with(TightBounds.patience(LONG, SHORT)));
                var client = quiet.raw()) {
            assertEquals("", client.readAll());
        }
    }

    @Test
    void ends_a_connection_that_says_nothing_more() {
        try (var quiet = new Door(Door.Terms.USUAL.with(TightBounds.patience(LONG, SHORT)));
                var client = quiet.raw()) {
            client.send(RawClient.get("/health/live")).readUntil("\"live\"}");

            assertEquals("", client.readAll());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void closes_the_connection_where_the_client_wants_it(String path) {
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        try (var client = door.raw()) {
            String asked = RawClient.post(path, Samples.HELLO).replace("Host:", "Connection: close\r\nHost:");

            String all = client.send(asked).readAll();

            assertTrue(all.startsWith("HTTP/1.1 200 OK"), all);
            assertTrue(all.contains("Connection: close"), all);
        }
    }

    @Test
    void asks_for_the_body_where_the_client_waits_for_that() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = door.raw()) {
            client.send(RawClient.head(
                    "POST /api/chat",
                    "Content-Type: application/json",
                    "Expect: 100-continue",
                    "Content-Length: " + Samples.HELLO.length()));
            assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 100 "));

            assertTrue(client.send(Samples.HELLO).readUntil("}}").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void lets_a_chat_take_longer_than_its_request_may() {
        hasty.chats.play((_, _) -> {
            Await.millis(3 * SHORT.toMillis());
            return Samples.answer("Hi");
        });

        assertEquals(200, hasty.post("/api/chat", Samples.HELLO).statusCode());
    }

    @Test
    void lets_a_socket_be_silent() {
        try (var quiet = new Door(Door.Terms.USUAL.with(TightBounds.patience(SHORT, SHORT)));
                var socket = quiet.socket()) {
            quiet.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
            Await.millis(3 * SHORT.toMillis());

            socket.send("{'messages':[{'role':'user','content':'a'}]}");

            assertEquals("Hi", socket.next().get("content").textValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a message's frame", "a fragmented message", "a ping"})
    void closes_a_socket_whose_message_does_not_come(String what) {
        try (var socket = new RawSocket(hasty.gateway.port())) {
            switch (what) {
                case "a message's frame" -> socket.client().send(HALF_A_FRAME);
                case "a fragmented message" -> socket.send(0x01, HALF_A_FRAME, 0, 1);
                default -> socket.client().send(new byte[] {(byte) 0x89});
            }

            assertEquals(1008, socket.frame().closeCode());
        }
    }

    @Test
    void counts_the_time_of_each_message_of_a_socket_by_itself() {
        var second = Duration.ofSeconds(1);
        byte[] message = SHORT_HELLO.getBytes(StandardCharsets.UTF_8);
        try (var brisk = new Door(Door.Terms.USUAL.with(TightBounds.patience(second, LONG)));
                var socket = new RawSocket(brisk.gateway.port())) {
            brisk.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
            for (int i = 0; i < 3; i++) {
                socket.send(0x01, message, 0, 10);
                Await.millis(second.toMillis() / 3 + 10);
                socket.send(0x80, message, 10, message.length - 10);

                assertTrue(socket.frame().text().contains("Hi"));
                assertTrue(socket.frame().text().contains("done"));
            }
        }
    }

    @Test
    void leaves_a_reader_that_does_not_read() {
        var ended = new CountDownLatch(1);
        hasty.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            try {
                while (true) {
                    sink.accept(Chunk.text("x".repeat(10_000)));
                }
            } finally {
                ended.countDown();
            }
        });
        try (var client = hasty.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO));

            Await.latch(ended);
        }
    }

    @Test
    void answers_no_more_chats_at_once_than_it_may() {
        try (var small = new Door(Door.Terms.USUAL.with(TightBounds.chats(1)));
                var client = small.raw()) {
            var begun = new CountDownLatch(1);
            var mayEnd = new CountDownLatch(1);
            small.chats.play((_, _) -> {
                begun.countDown();
                Await.latch(mayEnd);
                return Samples.answer("Hi");
            });
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);

            var refused = small.post("/api/chat", Samples.HELLO);

            assertEquals(503, refused.statusCode());
            assertEquals("unavailable", Door.json(refused).get("code").textValue());
            assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
            assertEquals(200, small.get("/health").statusCode());
            mayEnd.countDown();
            client.readUntil("\"Hi\"");
        }
    }

    @Test
    void lets_no_more_connections_in_than_it_may() {
        try (var small = new Door(Door.Terms.USUAL.with(TightBounds.connections(1)));
                var second = new RawClient(small.gateway.port())) {
            second.send(RawClient.get("/health/live")).readUntil("\"live\"}");
            try (var third = small.raw()) {
                third.send(RawClient.get("/health/live"));

                second.reset();

                third.readUntil("\"live\"}");
            }
        }
    }
}
