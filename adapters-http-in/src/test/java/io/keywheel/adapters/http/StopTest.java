package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
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
import org.junit.jupiter.params.provider.ValueSource;

class StopTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void fails_the_readiness_probe_and_takes_no_chat() {
        testServer.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"one\"");
            var stopped = testServer.stop(Duration.ofSeconds(10));
            Await.until("draining", () -> testServer.get("/health/ready").status() == 503);

            var refused = testServer.post("/api/chat", Samples.HELLO);

            refused.assertError(503, "unavailable");
            refused.assertHeader("Retry-After", "1");
            refused.assertHeader("Connection", "close");
            testServer.get("/health/live").assertStatus(200);
            mayEnd.countDown();
            client.readUntil("\"done\":true");
            stopped.join();
        }
    }

    @Test
    void lets_a_running_stream_end_and_then_listens_no_more() {
        var start = HttpRequest.newBuilder(testServer.uri("/")).build();
        testServer.chats.play((_, sink) -> Samples.pause(sink, mayEnd));
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"one\"");
            var stopped = testServer.stop(Duration.ofSeconds(10));
            Await.until("draining", () -> testServer.get("/health/ready").status() == 503);
            mayEnd.countDown();

            String rest = client.readAll();

            assertTrue(rest.contains("\"content\":\"two\""), rest);
            assertTrue(rest.endsWith("0\r\n\r\n"), rest);
            stopped.orTimeout(5, TimeUnit.SECONDS).join();
            assertThrows(
                    ConnectException.class,
                    () -> testServer.client.send(start, HttpResponse.BodyHandlers.discarding()));
        }
    }

    @Test
    void cuts_a_stream_that_does_not_end_in_time_with_an_error_event() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"begun\"");

            testServer
                    .stop(Duration.ofMillis(100))
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();

            String rest = client.readAll();
            assertTrue(rest.contains("\"code\":\"unavailable\""), rest);
            assertTrue(rest.contains("\"done\":true"), rest);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat/stream", "/v1/chat/completions"})
    void cuts_streams_in_full_flow_with_an_error_event(String path) {
        var flowing = new CountDownLatch(20);
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            flowing.countDown();
            while (true) {
                Await.millis(1);
                sink.accept(Chunk.text("a"));
            }
        });
        String asked = path.startsWith("/v1") ? OpenAi.STREAM : Samples.HELLO;
        var streams = IntStream.range(0, 20)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> {
                            try (var client = testServer.raw()) {
                                return client.send(RawClient.post(path, asked)).readAll();
                            }
                        },
                        Thread::startVirtualThread))
                .toList();
        Await.latch(flowing);

        testServer.stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

        for (var stream : streams) {
            String all = stream.orTimeout(10, TimeUnit.SECONDS).join();
            assertTrue(all.contains("the gateway is shutting down"), all.substring(Math.max(0, all.length() - 300)));
            assertTrue(all.endsWith("0\r\n\r\n"), all.substring(Math.max(0, all.length() - 300)));
        }
    }

    @Test
    void cuts_a_whole_answer_that_does_not_come_in_time_with_503() {
        var begun = new CountDownLatch(1);
        testServer.chats.play((_, _) -> {
            begun.countDown();
            Await.interrupt();
            throw new ChatCancelledException(List.of());
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);

            testServer
                    .stop(Duration.ofMillis(100))
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();

            assertTrue(client.readAll().startsWith("HTTP/1.1 503 "));
        }
    }

    @Test
    void is_hurried_by_a_second_stop() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"begun\"");
            var first = testServer.stop(Duration.ofMinutes(5));
            Await.until("draining", () -> testServer.get("/health/ready").status() == 503);

            testServer.stop(Duration.ZERO).orTimeout(5, TimeUnit.SECONDS).join();

            first.orTimeout(5, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void loses_no_answer_that_has_begun_under_load() {
        var all = new CountDownLatch(100);
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            all.countDown();
            Await.latch(mayEnd);
            return Samples.stream(sink::accept, "b");
        });
        var answers = IntStream.range(0, 100)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> testServer.post("/api/chat/stream", Samples.HELLO), Thread::startVirtualThread))
                .toList();
        Await.latch(all);
        var stopped = testServer.stop(Duration.ofSeconds(10));
        Await.until("draining", () -> testServer.get("/health/ready").status() == 503);
        mayEnd.countDown();

        for (var answer : answers) {
            assertTrue(answer.orTimeout(10, TimeUnit.SECONDS).join().body().contains("\"done\":true,\"provider\""));
        }
        stopped.orTimeout(5, TimeUnit.SECONDS).join();
    }
}
