package io.keywheel.bootstrap.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One provider's answers use up memory; another one is well, and clients get its answers.
@Timeout(120)
class HostileAnswersTest {

    private static final String CHAT = World.hello("\"stream\":true, ");

    /// What a provider sends before the gateway has had enough, and what lies in between.
    private static final long TOO_MUCH = 24 << 20;

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
    void four_streams_of_megabytes_before_their_content_leave_all_clients_their_answers() {
        var four = new CountDownLatch(4);
        String event = "data: {\"choices\":[],\"n\":#,\"padding\":\"" + "x".repeat(1_000_000) + "\"}\n\n";
        hostile.answersWith((_, out) -> {
            four.countDown();
            await(four);
            head(out, "text/event-stream");
            for (int n = 0; n < 100; n++) {
                write(out, event.replace("#", Integer.toString(n)));
            }
        });

        var request = world.request("/v1/chat/completions", CHAT);
        var answers = Stream.generate(() -> world.sendAsync(request)).limit(12).toList();

        answers.forEach(answer -> assertAnswered(answer.join()));
        assertAnswered(world.post("/v1/chat/completions", CHAT));
        assertEquals(0, four.getCount());
        assertTrue(sent.get() < 100 << 20, () -> "it took " + (sent.get() >> 20) + " MiB");
    }

    @Test
    void stream_without_content_and_without_end_leaves_clients_their_answers() {
        hostile.answersWith((_, out) -> {
            head(out, "text/event-stream");
            for (int n = 0; sent.get() < TOO_MUCH; n++) {
                write(out, "data: {\"usage\":{\"x#\":#}}\n\n".replace("#", Integer.toString(n)));
            }
        });

        askUntilTheHostileOneHasBeen(CHAT);
    }

    @Test
    void whole_answer_of_megabytes_leaves_clients_their_answers() {
        hostile.answersWith((_, out) -> {
            head(out, "application/json");
            write(out, "{\"choices\":[");
            while (sent.get() < TOO_MUCH) {
                write(out, "{},".repeat(1000));
            }
        });

        askUntilTheHostileOneHasBeen(CHAT.replace("true", "false"));
    }

    private void askUntilTheHostileOneHasBeen(String chat) {
        for (int i = 0; i < 20 && hostile.heads().isEmpty(); i++) {
            assertAnswered(world.post("/v1/chat/completions", chat));
        }

        assertFalse(hostile.heads().isEmpty(), "it was not asked");
        assertTrue(sent.get() < TOO_MUCH, () -> "it took " + (sent.get() >> 20) + " MiB");
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

    private static void head(OutputStream out, String type) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + type + "\r\n\r\n").getBytes(US_ASCII));
    }

    private void write(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(US_ASCII);
        out.write(bytes);
        sent.addAndGet(bytes.length);
    }
}
