package io.keywheel.adapters.http.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.Await;
import io.keywheel.adapters.http.RawClient;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.adapters.http.TightBounds;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a stream says while its upstream says nothing.
@Timeout(30)
class PingTest {

    private static final String PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

    /// A ping after 100 ms.
    @AutoClose
    private final TestServer testServer =
            TestServer.with(TightBounds.timeouts(Duration.ofSeconds(20), Duration.ofMillis(500)));

    private RawClient asking() {
        return testServer.raw().send(RawClient.post(Messages.PATH, Messages.STREAM));
    }

    @Test
    void pings_while_nothing_comes_and_stops_with_the_stream() {
        var mayBegin = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> {
            Await.latch(mayBegin);
            sink.open(Samples.serving());
            sink.accept(Chunk.text("Hel"));
            Await.latch(mayEnd);
            sink.accept(Chunk.text("lo"));
            return new Answer(Completion.streamed(FinishReason.STOP, null), Samples.serving());
        });
        try (var client = asking()) {
            mayBegin.countDown();
            String begun = client.readUntil(PING) + client.readUntil(PING);
            mayEnd.countDown();
            String rest = client.readUntil("0\r\n\r\n");

            assertTrue(begun.startsWith("HTTP/1.1 200"), begun);
            assertTrue(begun.indexOf("Hel") < begun.indexOf("event: ping"), begun);
            assertTrue(rest.contains("\"lo\"") && rest.contains("event: message_stop"), rest);
            assertEquals(-1, rest.indexOf("ping", rest.indexOf("message_stop")), rest);
        }
    }
}
