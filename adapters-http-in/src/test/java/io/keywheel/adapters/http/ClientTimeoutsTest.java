package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.timing.Waiting;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Client timeouts, with and without TLS. [TlsTest] covers handshakes.
@Execution(CONCURRENT)
class ClientTimeoutsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final byte[] HALF_A_FRAME = {(byte) 0x81, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 0, 0, '{'};

    private static final TestServer.Terms HASTY = TestServer.Terms.USUAL.withTimeouts(LONG, LONG, SHORT);

    @AutoClose
    private final TestServer hasty = new TestServer(HASTY);

    private static TestServer quiet() {
        return new TestServer(TestServer.Terms.USUAL.withTimeouts(LONG, SHORT, LONG));
    }

    private static void assertTimesOut(RawClient client) {
        Response.of(client.send("GET / HTTP/1.1\r\nHost:").readAll()).assertError(408, "request_timeout");
    }

    @Test
    void incomplete_head_times_out_with_408() {
        try (var client = hasty.raw();
                var encrypted = new TestServer(HASTY.withTls(TestServer.TLS));
                var tlsClient = encrypted.overTls()) {
            assertTimesOut(client);
            assertTimesOut(tlsClient);
        }
    }

    @Test
    void incomplete_body_times_out_with_408() {
        hasty.exchange(RawClient.chatHead("Content-Length: 10") + "{").assertError(408, "request_timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n"})
    void connection_that_sends_no_more_than_an_empty_line_is_closed(String line) {
        try (var quiet = quiet();
                var client = quiet.raw()) {
            client.send(RawClient.get("/health/live")).readUntil("\"live\"}");

            assertEquals("", client.send(line).readAll());
        }
    }

    @Test
    void chat_may_outlast_the_request_timeouts() {
        hasty.chats.play((_, _) -> {
            Waiting.pause(SHORT.multipliedBy(2));
            return Samples.answer("Hi");
        });

        assertEquals("200", hasty.statusOf(RawClient.post("/api/chat", Samples.HELLO)));
    }

    @Test
    void idle_websocket_stays_open() {
        try (var quiet = quiet();
                var socket = quiet.socket()) {
            quiet.chats.answer("Hi");
            Waiting.pause(SHORT.multipliedBy(2));
            socket.ask("a");

            assertEquals("Hi", socket.next().get("content").textValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a message's frame", "a fragmented message", "an empty beginning and a ping", "a ping"})
    void incomplete_websocket_message_closes_with_1008(String what) {
        try (var socket = hasty.socket()) {
            switch (what) {
                case "a message's frame" -> socket.client().send(HALF_A_FRAME);
                case "a fragmented message" -> socket.send(0x01, HALF_A_FRAME, 0, 1);
                case "a ping" -> socket.client().send(new byte[] {(byte) 0x89});
                default -> {
                    socket.send(0x01, new byte[0], 0, 0);
                    socket.send(0x89, new byte[0], 0, 0);
                }
            }

            assertEquals(1008, socket.frameAfterPongs().closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"the handshake", "a message", "a ping"})
    void incomplete_websocket_message_times_out_if_it_began_in_the_same_read_as(String previous) {
        var sent = new ByteArrayOutputStream();
        sent.writeBytes(RawSocket.handshake().getBytes(StandardCharsets.US_ASCII));
        switch (previous) {
            case "a message" -> sent.writeBytes(RawSocket.bytes(0x81, HALF_A_FRAME, 8, 1));
            case "a ping" -> sent.writeBytes(RawSocket.bytes(0x89, HALF_A_FRAME, 0, 1));
            default -> {}
        }
        sent.writeBytes(HALF_A_FRAME);

        try (var client = hasty.raw()) {
            client.send(sent.toByteArray()).readUntil("the message did not arrive in time");
        }
    }

    @Test
    void message_timeout_restarts_for_each_websocket_message() {
        byte[] message = RawSocket.chat("a").getBytes(StandardCharsets.UTF_8);
        var inParts = new ByteArrayOutputStream();
        inParts.writeBytes(RawSocket.bytes(0x01, message, 0, 10));
        inParts.writeBytes(RawSocket.bytes(0x80, message, 10, message.length - 10));
        try (var socket = hasty.socket()) {
            hasty.chats.answer("Hi");
            for (int i = 0; i < 3; i++) {
                socket.client().send(inParts.toByteArray());

                assertTrue(socket.frame().text().contains("Hi"));
                assertTrue(socket.frame().text().contains("done"));
                Waiting.pause(SHORT.plusMillis(10));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https", "websocket"})
    void stalled_reader_times_out_and_its_stream_ends(String protocol) {
        boolean tls = protocol.equals("https");
        try (var server = new TestServer(tls ? HASTY.withTls(TestServer.TLS) : HASTY);
                var client = tls ? server.overTls() : server.raw()) {
            var ended = server.chats.flood("x".repeat(10_000));
            if (protocol.equals("websocket")) {
                new RawSocket(client).ask("a");
            } else {
                client.send(RawClient.post("/api/chat/stream", Samples.HELLO));
            }

            Waiting.latch(ended);
        }
    }
}
