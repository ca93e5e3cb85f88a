package io.keywheel.simulator;

import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpTest extends SimulatorFixture {

    private static final String CHAT = ask(GROQ_MODEL, "hello", "");
    private static final String STREAM = ask(GROQ_MODEL, "hello", ",\"stream\":true");

    @Test
    void pipelined_requests_are_answered_in_order() throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            socket.chat(STREAM).chat(ask(GROQ_MODEL, "second", ""));
            socket.until("[DONE]");
            socket.until("second");
        }
    }

    @Test
    void a_chunked_request_body_is_read() {
        var chunked =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(CHAT.getBytes(StandardCharsets.UTF_8)));
        var reply = client.send(client.to(GROQ, "/chat/completions", "gsk_one").POST(chunked));
        assertEquals(200, reply.statusCode());
        assertEquals("chunked", simulator.requests().getFirst().headers().get("transfer-encoding"));
    }

    @Test
    void expect_header_gets_100_continue() throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            socket.send(
                    "POST /groq/openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\nUser-Agent: wire\r\nExpect: 100-continue\r\n"
                            + "Content-Length: " + CHAT.length() + "\r\n\r\n");
            socket.until("HTTP/1.1 100 Continue\r\n\r\n");
            assertTrue(socket.send(CHAT).until("\r\n\r\n").contains(" 401 "));
        }
    }

    @Test
    void malformed_request_gets_400_and_close() throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            var reply = socket.send("hello\r\n").rest();
            assertTrue(reply.startsWith("HTTP/1.1 400 "));
            assertTrue(reply.contains("connection: close\r\n"));
        }
    }

    @Test
    void request_without_user_agent_gets_403() throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            var reply = socket.send("GET /groq/openai/v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .rest();
            assertTrue(reply.startsWith("HTTP/1.1 403 "));
            assertTrue(reply.contains("you have been blocked"));
        }
    }

    @Test
    void interim_103_precedes_the_answer() throws IOException {
        simulator.on(GROQ).next(ProtocolAnomaly.INTERIM_103);
        try (var socket = new SimulatorSocket(simulator)) {
            socket.chat(CHAT);
            assertTrue(socket.until("\r\n\r\n").startsWith("HTTP/1.1 103 "));
            assertTrue(socket.until("\r\n\r\n").startsWith("HTTP/1.1 200 "));
        }
    }

    /// The bytes of the answer, whose connection the simulator closes.
    private String answered(String body) throws IOException {
        try (var socket = new SimulatorSocket(simulator)) {
            return socket.chat(body).rest();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SILENT_CLOSE, false, connection:, }",
        "SILENT_CLOSE, true, connection:, 0",
        "CLOSE_DELIMITED, false, content-length, }",
    })
    void anomaly_leaves_out_a_header_and_not_the_end(
            ProtocolAnomaly anomaly, boolean streams, String header, String end) throws IOException {
        simulator.on(GROQ).next(anomaly);
        var reply = answered(streams ? STREAM : CHAT);
        assertFalse(reply.contains(header));
        assertTrue(reply.strip().endsWith(end));
    }

    @Test
    void cut_stream_lacks_the_last_chunk() throws IOException {
        simulator.on(GROQ).next(new Fault.Cut(Moment.afterTokens(2)));
        var reply = answered(STREAM);
        assertEquals(3, reply.split("data: ", -1).length - 1);
        assertFalse(reply.contains("\r\n0\r\n"));
    }
}
