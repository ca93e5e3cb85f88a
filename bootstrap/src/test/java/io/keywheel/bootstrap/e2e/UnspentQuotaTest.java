package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client that uses less than it asks for, or a provider that misstates it, blocks no key for other clients.
@Timeout(60)
class UnspentQuotaTest {

    private static final String SMALL = World.hello("\"max_tokens\": 20, ");
    private static final String HUGE = World.hello("\"max_tokens\": 2147483647, ");
    private static final String LIMITS = """

            x-ratelimit-limit-tokens: 8000
            x-ratelimit-remaining-tokens: 7907
            x-ratelimit-reset-tokens: 750ms
            """;
    private static final String ANSWER = "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\","
            + " \"message\": {\"role\": \"assistant\", \"content\": \"Hi\"}}]}";
    private static final String BEGUN = """
            HTTP/1.1 200 OK
            Content-Type: text/event-stream
            Connection: close

            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}

            """;

    private final Upstream first = new Upstream();
    private final Upstream second = new Upstream();
    private final CountDownLatch over = new CountDownLatch(1);
    private final World world = new World(Map.of(
            "KEYWHEEL_PROVIDERS", "first,second",
            "FIRST_BASE_URL", first.baseUrl(),
            "FIRST_API_KEYS", "key-of-first",
            "FIRST_DEFAULT_MODEL", "any",
            "SECOND_BASE_URL", second.baseUrl(),
            "SECOND_API_KEYS", "key-of-second",
            "SECOND_DEFAULT_MODEL", "any"));

    UnspentQuotaTest() throws IOException {}

    @BeforeEach
    void tellsOfLimits() {
        answers(first);
        answers(second);
        assertEquals(200, at("first", SMALL).statusCode());
        assertEquals(200, at("second", SMALL).statusCode());
    }

    @AfterEach
    void close() {
        over.countDown();
        world.close();
        first.close();
        second.close();
    }

    @Test
    void stream_left_after_its_first_content_gives_back_what_it_did_not_use() throws Exception {
        first.answersWith((_, out) -> {
            begins(out);
            await(over);
        });

        leavesAfterTheFirstContent(HUGE);

        Waiting.until(() -> first.left() == 2);
        answers(first);
        isAnsweredBy("first");
    }

    @Test
    void size_named_by_one_provider_takes_nothing_from_another() throws Exception {
        first.answersWith("HTTP/1.1 429 Too many\nContent-Type: application/json", """
                {"error": {"message": "Rate limit reached on tokens per minute (TPM): Limit 8000, Used 7900,\
                 Requested 99999999. Please try again in 750ms.", "code": "rate_limit_exceeded"}}""");
        second.answersWith((_, out) -> {
            begins(out);
            await(over);
        });

        for (int left = 2; left < 4; left++) {
            int times = left;
            leavesAfterTheFirstContent(World.HELLO);
            Waiting.until(() -> second.left() == times);
        }

        answers(second);
        isAnsweredBy("second");
    }

    private void isAnsweredBy(String provider) {
        HttpResponse<String> response = at(provider, SMALL);

        assertEquals(200, response.statusCode(), response::body);
        assertEquals(provider + "/1:ok", header(response, "X-Keywheel-Attempts"));
        assertEquals("Hi", json(response).path("content").asText(), response::body);
    }

    private HttpResponse<String> at(String provider, String body) {
        return world.chat("{\"model\": \"" + provider + "/any\", " + body.substring(1));
    }

    private void leavesAfterTheFirstContent(String body) throws Exception {
        var response = world.client.send(world.request("/api/chat/stream", body), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertEquals(200, response.statusCode());
            assertEquals("data: ", lines.readLine().substring(0, 6));
        }
    }

    private static void answers(Upstream upstream) {
        upstream.answersWith("HTTP/1.1 200 OK\nContent-Type: application/json" + LIMITS, ANSWER);
    }

    private static void begins(OutputStream out) throws IOException {
        out.write(BEGUN.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
