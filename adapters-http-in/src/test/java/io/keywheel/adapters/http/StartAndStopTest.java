package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.timing.Waiting;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartAndStopTest {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final String STREAM = RawClient.post("/api/chat/stream", Samples.HELLO);

    @AutoClose
    private final TestServer testServer = new TestServer();

    private final CountDownLatch mayEnd = new CountDownLatch(1);

    /// The raw responses of several clients, each on its own connection.
    private List<CompletableFuture<String>> ask(int clients, String request) {
        return IntStream.range(0, clients)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> {
                            try (var client = testServer.raw()) {
                                return client.send(request).readAll();
                            }
                        },
                        Thread::startVirtualThread))
                .toList();
    }

    @Test
    void stop_refuses_new_chats_and_drains_the_running_stream() {
        var start = HttpRequest.newBuilder(testServer.uri("/")).build();
        testServer.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
        try (var client = testServer.raw()) {
            client.send(STREAM).readUntil("\"one\"");
            var stopped = testServer.stopUntilDraining();

            testServer.post("/api/chat", Samples.HELLO).assertUnavailable().assertCloses();
            testServer.get("/health/live").assertStatus(200);
            mayEnd.countDown();
            String rest = client.readAll();
            assertTrue(rest.contains("\"content\":\"two\"") && rest.contains("\"done\":true"), rest);
            assertTrue(rest.endsWith("0\r\n\r\n"), rest);
            stopped.orTimeout(30, TimeUnit.SECONDS).join();
            assertThrows(
                    ConnectException.class,
                    () -> testServer.client.get().send(start, HttpResponse.BodyHandlers.discarding()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat/stream", OpenAi.COMPLETIONS})
    void drain_timeout_ends_flowing_streams_with_an_error_event(String path) {
        var flowing = new CountDownLatch(20);
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.servedBy());
            flowing.countDown();
            while (true) {
                Waiting.pause(Duration.ofMillis(1));
                sink.accept(Chunk.text("a"));
            }
        });
        var streams = ask(20, RawClient.post(path, path.equals(OpenAi.COMPLETIONS) ? OpenAi.STREAM : Samples.HELLO));
        Waiting.latch(flowing);
        testServer.stopWithin(SHORT);

        for (var stream : streams) {
            String all = stream.orTimeout(30, TimeUnit.SECONDS).join();
            String end = all.substring(Math.max(0, all.length() - 300));
            assertTrue(end.contains("the gateway is shutting down") && end.endsWith("0\r\n\r\n"), end);
        }
    }

    @Test
    void drain_timeout_ends_a_pending_answer_with_503() {
        var begun = testServer.chats.lastAtTheSecondKey();
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Waiting.latch(begun);
            assertEquals(1, testServer.stopWithin(SHORT));

            assertTrue(client.readAll().startsWith("HTTP/1.1 503 "));
        }
    }

    @Test
    void second_stop_ends_a_silent_stream_with_an_error_event_immediately() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        try (var client = testServer.raw()) {
            client.send(STREAM).readUntil("\"begun\"");
            var first = testServer.stopUntilDraining();
            testServer.stopWithin(Duration.ZERO);

            String rest = client.readAll();
            assertTrue(rest.contains("\"code\":\"unavailable\"") && rest.contains("\"done\":true"), rest);
            first.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, another program has it; KEYWHEEL_PORT=0 picks a free one",
        "192.0.2.1, this machine has no such address",
        "no.such.host.invalid, there is no such host",
    })
    void failed_bind_reports_address_and_reason(String host, String reason) {
        int port = testServer.gateway.port();

        var failure = assertThrows(
                HttpGateway.CannotListenException.class, () -> new TestServer(TestServer.Terms.USUAL, host, port));

        assertEquals(
                "Cannot listen on %s, port %d (KEYWHEEL_HOST, KEYWHEEL_PORT): %s".formatted(host, port, reason),
                failure.getMessage());
    }

    /// Without TCP_NODELAY, Helidon's default, a small event waits for the acknowledgement of the previous one.
    @Test
    void server_sets_tcp_no_delay() {
        HttpGateway.Settings settings = TestServer.Terms.USUAL.at("127.0.0.1", 0);
        var listener = ListenerConfig.of(settings, TestServer.Terms.USUAL.limits());

        assertTrue(listener.buildPrototype().connectionOptions().tcpNoDelay());
    }
}
