package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetTest {

    private static final int PART = 60_000;
    private static final String LARGE = Samples.HELLO + " ".repeat(PART - Samples.HELLO.length());

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.with(TightBounds.heldBytes(200_000)));

    private final List<RawClient> half = new ArrayList<>();

    @BeforeEach
    void answers() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
    }

    @AfterEach
    void leave() {
        half.forEach(RawClient::close);
    }

    private void holdByRequests() {
        for (int i = 0; i < 3; i++) {
            RawClient client = testServer
                    .raw()
                    .send(RawClient.head(
                            "POST /api/chat",
                            "Content-Type: application/json",
                            "Content-Length: 60001",
                            "Expect: 100-continue"));
            // What comes along with a head is read with it, and is not counted.
            client.readUntil("100 Continue\r\n\r\n");
            half.add(client.send(LARGE));
        }
    }

    private void holdByMessages(TestServer testServer) {
        for (int i = 0; i < 3; i++) {
            RawClient socket = testServer.raw().send(RawSocket.handshake());
            socket.readUntil("\r\n\r\n");
            half.add(socket.send(new byte[] {(byte) 0x81, (byte) 0xfe, (byte) 0xff, 0, 0, 0, 0, 0})
                    .send(LARGE));
        }
    }

    private Response large() {
        return testServer.post("/api/chat", LARGE);
    }

    /// Until what the others send has been read.
    private Response refused() {
        var last = new AtomicReference<Response>();
        Await.until("it is full", () -> {
            last.set(large());
            return last.get().status() == 503;
        });
        return last.get();
    }

    private void assertFullUntilTheyLeave() {
        Response refused = refused();
        assertEquals("unavailable", refused.text("/code"));
        refused.assertHeader("Retry-After", "1");
        testServer.get("/health").assertStatus(200);
        testServer.post("/api/chat", Samples.HELLO).assertStatus(200);

        half.forEach(RawClient::close);

        Await.until("there is room", () -> large().status() == 200);
    }

    @Test
    void bounds_what_requests_under_way_hold_together() {
        holdByRequests();

        assertFullUntilTheyLeave();
    }

    @Test
    void bounds_what_messages_under_way_hold_together() {
        holdByMessages(testServer);

        assertFullUntilTheyLeave();
    }

    @Test
    void gives_back_what_messages_hold_that_do_not_come() {
        try (var hasty =
                new TestServer(TestServer.Terms.USUAL.with(TightBounds.heldBytes(200_000, Duration.ofMillis(300))))) {
            hasty.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
            holdByMessages(hasty);
            Await.until("it is full", () -> hasty.post("/api/chat", LARGE).status() == 503);

            Await.until("there is room", () -> hasty.post("/api/chat", LARGE).status() == 200);
        }
    }

    @Test
    void closes_a_socket_whose_message_finds_no_room() {
        holdByRequests();
        Await.until("it is full", () -> large().status() == 503);
        byte[] message = LARGE.getBytes(StandardCharsets.UTF_8);
        try (var socket = new RawSocket(testServer.gateway.port())) {
            socket.send(0x81, message, 0, message.length);

            assertEquals(1013, socket.frame().closeCode());
        }
    }

    @Test
    void gives_back_what_has_been_dealt_with() {
        try (var socket = new RawSocket(testServer.gateway.port());
                var client = testServer.raw()) {
            byte[] message = LARGE.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 10; i++) {
                Await.until("there is room", () -> {
                    socket.send(0x81, message, 0, message.length);
                    return socket.frame().text().contains("chunk")
                            && socket.frame().text().contains("done");
                });
                socket.send(0x81, "x".repeat(PART).getBytes(StandardCharsets.UTF_8), 0, PART);
                assertTrue(socket.frame().text().contains("invalid_request"));
                client.send(RawClient.post("/api/chat", LARGE));
                assertTrue(client.readUntil("}}").contains("200 OK"));
            }
            for (int i = 0; i < 5_000; i++) {
                socket.send(0x89, message, 0, 100);
                assertEquals(0x8a, socket.frame().head());
            }
        }
    }
}
