package io.keywheel.bootstrap.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One provider sends huge answers; clients get the answers of another provider.
@Timeout(120)
class HostileAnswersTest {

    private final Upstream hostile = new Upstream();
    private final AtomicLong sent = new AtomicLong();
    private final World world = new World(
            "KEYWHEEL_PROVIDERS=mine,groq",
            "MINE_BASE_URL=" + hostile.baseUrl(),
            "MINE_API_KEYS=key-1,key-2,key-3,key-4",
            "MINE_DEFAULT_MODEL=any");

    @AfterEach
    void close() {
        world.close();
        hostile.close();
    }

    @Test
    void huge_streams_without_content_fall_back_to_the_other_provider() {
        var four = new CountDownLatch(4);
        String event = "data: {\"choices\":[],\"n\":#,\"padding\":\"" + "x".repeat(1_000_000) + "\"}\n\n";
        hostile.answersWith((_, out) -> {
            four.countDown();
            await(four);
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\n"
                    .getBytes(US_ASCII));
            for (int n = 0; n < 100; n++) {
                byte[] bytes = event.replace("#", Integer.toString(n)).getBytes(US_ASCII);
                out.write(bytes);
                sent.addAndGet(bytes.length);
            }
        });

        var request = world.request("/v1/chat/completions", World.hello("\"stream\":true, "));
        var answers = Stream.generate(() -> world.sendAsync(request)).limit(12).toList();

        answers.forEach(answer -> assertAnswered(answer.join()));
        assertAnswered(world.send(request));
        assertEquals(0, four.getCount());
        assertTrue(sent.get() < 100 << 20, () -> "it took " + (sent.get() >> 20) + " MiB");
    }

    private static void assertAnswered(HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response::body);
        assertTrue(response.body().contains("\"finish_reason\":\"stop\""), response::body);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
