package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.Chunk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a client may take.
class PatienceTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final byte[] HALF_A_FRAME = {(byte) 0x81, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 0, 0, '{'};
    private static final String SHORT_HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @AutoClose
    private final TestServer hasty = new TestServer(TestServer.Terms.USUAL.with(TightBounds.timeouts(SHORT, LONG)));

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
        try (var quiet = new TestServer(TestServer.Terms.USUAL.with(TightBounds.timeouts(LONG, SHORT)));
                var client = quiet.raw()) {
            assertEquals("", client.readAll());
        }
    }

    @Test
    void ends_a_connection_that_says_nothing_more() {
        try (var quiet = new TestServer(TestServer.Terms.USUAL.with(TightBounds.timeouts(LONG, SHORT)));
                var client = quiet.raw()) {
            client.send(RawClient.get("/health/live")).readUntil("\"live\"}");

            assertEquals("", client.readAll());
        }
    }

    @Test
    void lets_a_chat_take_longer_than_its_request_may() {
        hasty.chats.play((_, _) -> {
            Await.millis(3 * SHORT.toMillis());
            return Samples.answer("Hi");
        });

        hasty.post("/api/chat", Samples.HELLO).assertStatus(200);
    }

    @Test
    void lets_a_socket_be_silent() {
        try (var quiet = new TestServer(TestServer.Terms.USUAL.with(TightBounds.timeouts(SHORT, SHORT)));
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
        try (var brisk = new TestServer(TestServer.Terms.USUAL.with(TightBounds.timeouts(second, LONG)));
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
}
