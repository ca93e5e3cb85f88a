package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.bootstrap.Environment;
import io.keywheel.client.RawSocket;
import io.keywheel.openapi.RecordedExchange;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Capacity and stop of a gateway with a small heap, in a separate process. Each process has up to about 1 100 open
/// sockets; the JVM raises its limit to `ulimit -Hn`.
class CapacityTest {

    private static final int SOCKETS = 450;
    private static final int STREAMS = 250;

    /// More chats than a heap of 64 MiB admits.
    private static final int FLOOD = 300;

    private final Simulator simulator = Simulator.start(Scenario.withSeed(1).key(Provider.GROQ, "gsk_one", "a"));
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<RawSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(RawSocket::close);
        client.shutdownNow();
        simulator.close();
    }

    @Test
    void small_heap_serves_250_streams_and_sigterm_exits_with_0_once_chats_end() throws Exception {
        simulator.on(Provider.GROQ).always(new Fault.Held(released));
        try (var program = serve()) {
            URI gateway = program.address();
            openSockets(gateway);
            var answers = ask(gateway, FLOOD).map(CompletableFuture::join).toList();

            long begun = underWay();
            assertTrue(begun >= STREAMS && begun < FLOOD, () -> begun + " have begun");
            assertEquals(
                    FLOOD - begun,
                    answers.stream().filter(CapacityTest::isRefusal).count());
            for (String path : List.of("/health", "/health/live", "/health/ready", "/api/keys")) {
                var request = HttpRequest.newBuilder(gateway.resolve(path)).build();
                assertEquals(200, World.DESCRIPTION.send(client, request).statusCode(), path);
            }
            released.countDown();
            for (int i = 0; i < FLOOD; i++) {
                if (!isRefusal(answers.get(i))) {
                    assertRightAndWhole(i, answers.get(i));
                }
            }
            assertSocketsAnswer();

            var ended = new CountDownLatch(1);
            simulator.on(Provider.GROQ).next(new Fault.Held(ended));
            var last = ask(gateway, 1).findFirst().orElseThrow().join();
            program.terminate();
            program.lineWith("Stopping");
            ended.countDown();
            assertRightAndWhole(0, last);
            program.lineWith("Stopped; chats cut off: 0");
            assertEquals(0, program.exitStatus());
        }
    }

    private static boolean isRefusal(HttpResponse<?> answer) {
        return answer.statusCode() == 503
                && answer.headers().firstValue("Retry-After").isPresent();
    }

    private RunningProgram serve() throws IOException {
        return RunningProgram.start(
                Environment.of(
                        "GROQ_API_KEYS=gsk_one",
                        "GROQ_BASE_URL=" + simulator.baseUrl(Provider.GROQ),
                        "KEYWHEEL_CONNECT_TIMEOUT=1m",
                        "KEYWHEEL_FIRST_TOKEN_TIMEOUT=2m",
                        "KEYWHEEL_IDLE_TIMEOUT=2m",
                        // Longer than the test waits for the exit.
                        "KEYWHEEL_DRAIN_TIMEOUT=300s",
                        "KEYWHEEL_PORT=0"),
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx64m");
    }

    private void openSockets(URI gateway) {
        for (int i = 0; i < SOCKETS; i++) {
            sockets.add(World.socket(gateway));
        }
    }

    /// Checks every tenth socket, to save time.
    private void assertSocketsAnswer() throws InterruptedException {
        for (int i = 0; i < SOCKETS; i += 10) {
            sockets.get(i).ask("Socket " + i);
        }
        for (int i = 0; i < SOCKETS; i += 10) {
            assertEquals("done", sockets.get(i).last().path("type").asText());
        }
    }

    /// Sends all requests together. Each future completes when its stream begins.
    private Stream<CompletableFuture<HttpResponse<InputStream>>> ask(URI gateway, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> client.sendAsync(
                        World.request(gateway.resolve("/api/chat/stream"), World.HELLO.replace("Hello", "Stream " + i)),
                        BodyHandlers.ofInputStream()))
                .toList()
                .stream();
    }

    private long underWay() {
        return simulator.requests().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .filter(request -> request.status() == 200 && !request.cutOffByClient())
                .count();
    }

    private static void assertRightAndWhole(int number, HttpResponse<InputStream> stream) throws IOException {
        assertEquals(200, stream.statusCode());
        String body = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
        World.DESCRIPTION.check(RecordedExchange.of(stream, body));
        List<JsonNode> events = World.events(body);
        assertEquals(
                answer("Stream " + number),
                events.stream().map(event -> event.path("content").asText()).collect(Collectors.joining()));
        assertEquals("stop", events.getLast().path("finish_reason").asText());
    }

    private static String answer(String question) {
        return "groq/openai/gpt-oss-120b says: You asked \"" + question + "\" (message 1 of this conversation).";
    }
}
