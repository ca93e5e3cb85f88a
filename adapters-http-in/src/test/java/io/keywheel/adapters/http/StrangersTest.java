package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Uploads that exceed the byte budget, sent without a token.
@Timeout(120)
class StrangersTest {

    private static final int MIB = 1 << 20;
    private static final int STRANGERS = 4;
    private static final int CHATS = 4;

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL
            .withTokens("t0ken")
            .withMaxBodyBytes(4 * MIB)
            .with(TightBounds.budgetBytes(9 * MIB)));

    private final List<Thread> strangers = new ArrayList<>();
    private final CountDownLatch refused = new CountDownLatch(STRANGERS);

    @AfterEach
    void stop() throws InterruptedException {
        testServer.close();
        for (Thread stranger : strangers) {
            stranger.interrupt();
            stranger.join(10_000);
        }
    }

    /// Repeatedly gets a 401 and still uploads a large, unfinished body.
    private void sendOn(String framing, String begin) {
        while (!Thread.currentThread().isInterrupted()) {
            try (var client = testServer.raw()) {
                client.send(RawClient.head("POST /api/chat", "Content-Type: application/json", framing));
                assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 401 "));
                client.send(begin);
                for (int i = 0; i < 7; i++) {
                    client.send(new byte[MIB]);
                }
                refused.countDown();
                client.readAll();
            } catch (UncheckedIOException _) {
                // The gateway closed the connection.
                refused.countDown();
            }
        }
    }

    private Response chat() {
        return testServer.post("/api/chat", Samples.HELLO + " ".repeat(3 * MIB), "Authorization: Bearer t0ken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 8000000#", "Transfer-Encoding: chunked#7a1200\r\n"})
    void authenticated_chats_succeed_while_unauthorized_uploads_continue(String framing) {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        String[] parts = framing.split("#", -1);
        for (int i = 0; i < STRANGERS; i++) {
            strangers.add(Thread.ofPlatform().daemon().start(() -> sendOn(parts[0], parts[1])));
        }
        Await.latch(refused);

        for (int i = 0; i < CHATS; i++) {
            chat().assertStatus(200);
        }
    }

    @Test
    void drained_body_after_413_uses_no_byte_budget() {
        testServer.chats.play((_, _) -> Samples.answer("Hi"));
        try (var client = testServer.raw()) {
            client.send(RawClient.head(
                    "POST /api/chat",
                    "Authorization: Bearer t0ken",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked"));
            for (int i = 0; i < 5; i++) {
                client.send(RawClient.chunk(MIB, " ".repeat(MIB)));
            }
            assertTrue(client.readUntil("\r\n").startsWith("HTTP/1.1 413 "));
            client.send(RawClient.chunk(MIB, " ".repeat(MIB)));

            for (int i = 0; i < CHATS; i++) {
                chat().assertStatus(200);
            }
        }
    }
}
