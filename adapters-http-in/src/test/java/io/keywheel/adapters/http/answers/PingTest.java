package io.keywheel.adapters.http.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.client.RawClient;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.timing.Waiting;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keepalive pings while the provider is silent.
@Execution(CONCURRENT)
class PingTest {

    /// The server sends a ping after 100 ms.
    @AutoClose
    private final TestServer testServer = new TestServer(
            TestServer.Terms.USUAL.withTimeouts(Duration.ofMinutes(1), Duration.ofMillis(500), Duration.ofMinutes(1)));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /v1/messages  | {"stream":true,"max_tokens":9,"messages":[{"role":"user","content":"Hello"}]} | `event: ping\ndata: {"type":"ping"}\n\n` | event: message_stop
                    /v1/responses | {"stream":true,"input":"Hello"} | `:\n\n` | event: response.completed
                    """)
    void idle_stream_sends_pings_until_it_ends(String path, String request, String ping, String last) {
        var mayBegin = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> {
            Waiting.latch(mayBegin);
            sink.open(Samples.servedBy());
            sink.accept(Chunk.text("Hel"));
            Waiting.latch(mayEnd);
            sink.accept(Chunk.text("lo"));
            return new Answer(Completion.streamed(FinishReason.STOP, null), Samples.servedBy());
        });
        try (var client = testServer.raw().send(RawClient.post(path, request))) {
            mayBegin.countDown();
            String begun = client.readUntil(ping) + client.readUntil(ping);
            mayEnd.countDown();
            String rest = client.readUntil("0\r\n\r\n");

            assertTrue(begun.startsWith("HTTP/1.1 200"), begun);
            assertTrue(begun.indexOf("Hel") < begun.indexOf(ping), begun);
            assertTrue(rest.contains("\"lo\"") && rest.contains(last), rest);
            assertEquals(-1, rest.indexOf(ping, rest.indexOf(last)), rest);
        }
    }
}
