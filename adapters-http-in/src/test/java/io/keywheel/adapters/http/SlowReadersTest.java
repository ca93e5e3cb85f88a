package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients that do not take what was written for them.
@Timeout(60)
class SlowReadersTest {

    /// More than the system buffers for a connection, and more than half of what may wait.
    private static final String LARGE = "x".repeat(12 << 20);

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.with(TightBounds.heldBytes(40 << 20)));

    @AutoClose
    private final RawClient reader = RawClient.slow(testServer.gateway.port());

    private Response ask(String path) {
        return testServer.post(path, Samples.HELLO);
    }

    @Test
    void a_large_answer_that_waits_for_its_reader_leaves_no_room_for_another() {
        testServer.chats.play((_, _) -> Samples.answer(LARGE));
        reader.send(RawClient.post("/api/chat", Samples.HELLO));
        reader.readUntil("200 OK");
        var last = new AtomicReference<Response>();
        Await.until("it waits", () -> {
            last.set(ask("/api/chat"));
            return last.get().status() == 503;
        });
        var refused = last.get();

        assertEquals("unavailable", refused.text("/code"));
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        ask("/api/chat").assertStatus(200);
        testServer.chats.play((_, _) -> Samples.answer(LARGE));
        reader.close();
        Await.until("there is room", () -> ask("/api/chat").status() == 200);
    }

    @Test
    void a_large_event_that_waits_for_its_reader_leaves_no_room_for_another() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, LARGE));
        reader.send(RawClient.post("/api/chat/stream", Samples.HELLO));
        reader.readUntil("200 OK");
        Await.until("it waits", () -> ask("/api/chat/stream").body().contains("\"code\":\"unavailable\""));

        reader.close();
        Await.until("there is room", () -> ask("/api/chat/stream").body().contains(LARGE));
    }
}
