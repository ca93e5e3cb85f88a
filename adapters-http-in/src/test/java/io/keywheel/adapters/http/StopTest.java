package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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

    private static final String ASK = "{'id':'a','messages':[{'role':'user','content':'a'}]}";

    @AutoClose
    private final Door door = new Door();

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private CompletableFuture<Void> stop(Duration time) {
        return CompletableFuture.runAsync(() -> door.gateway.stop(time), Thread::startVirtualThread);
    }

    private void streamsUntilItMayEnd() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            begun.countDown();
            Await.latch(mayEnd);
            return Samples.stream(sink::accept, "b");
        });
    }

    private void streamsUntilItIsCut() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            begun.countDown();
            Await.interrupt();
            throw new ChatCancelledException(List.of());
        });
    }

    @Test
    void fails_the_readiness_probe_and_takes_no_chat() {
        streamsUntilItMayEnd();
        try (var client = door.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"a\"");
            var stopped = stop(Duration.ofSeconds(10));
            Await.until("draining", () -> door.get("/health/ready").statusCode() == 503);

            var refused = door.post("/api/chat", Samples.HELLO);

            assertEquals(503, refused.statusCode());
            assertEquals("unavailable", Door.json(refused).get("code").textValue());
            assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
            assertEquals("close", refused.headers().firstValue("Connection").orElseThrow());
            assertEquals(200, door.get("/health/live").statusCode());
            mayEnd.countDown();
            client.readUntil("\"done\":true");
            stopped.join();
        }
    }

    @Test
    void lets_a_running_stream_end_and_then_listens_no_more() {
        var start = HttpRequest.newBuilder(door.uri("/")).build();
        streamsUntilItMayEnd();
        try (var client = door.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"a\"");
            var stopped = stop(Duration.ofSeconds(10));
            Await.until("draining", () -> door.get("/health/ready").statusCode() == 503);
            mayEnd.countDown();

            String rest = client.readAll();

            assertTrue(rest.contains("\"content\":\"b\""), rest);
            assertTrue(rest.endsWith("0\r\n\r\n"), rest);
            stopped.orTimeout(5, TimeUnit.SECONDS).join();
            assertThrows(ConnectException.class, () -> door.client.send(start, HttpResponse.BodyHandlers.discarding()));
        }
    }

    @Test
    void cuts_a_stream_that_does_not_end_in_time_with_an_error_event() {
        streamsUntilItIsCut();
        try (var client = door.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"a\"");

            stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

            String rest = client.readAll();
            assertTrue(rest.contains("\"code\":\"unavailable\""), rest);
            assertTrue(rest.contains("\"done\":true"), rest);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat/stream", "/v1/chat/completions"})
    void cuts_streams_in_full_flow_with_an_error_event(String path) {
        var flowing = new CountDownLatch(20);
        door.chats.play((_, sink) -> {
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
                            try (var client = door.raw()) {
                                return client.send(RawClient.post(path, asked)).readAll();
                            }
                        },
                        Thread::startVirtualThread))
                .toList();
        Await.latch(flowing);

        stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

        for (var stream : streams) {
            String all = stream.orTimeout(10, TimeUnit.SECONDS).join();
            assertTrue(all.contains("the gateway is shutting down"), all.substring(Math.max(0, all.length() - 300)));
            assertTrue(all.endsWith("0\r\n\r\n"), all.substring(Math.max(0, all.length() - 300)));
        }
    }

    @Test
    void cuts_a_whole_answer_that_does_not_come_in_time_with_503() {
        door.chats.play((_, _) -> {
            begun.countDown();
            Await.interrupt();
            throw new ChatCancelledException(List.of());
        });
        try (var client = door.raw()) {
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);

            stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

            assertTrue(client.readAll().startsWith("HTTP/1.1 503 "));
        }
    }

    @Test
    void closes_an_idle_socket_at_once() {
        try (var socket = door.socket()) {
            stop(Duration.ofSeconds(10)).orTimeout(5, TimeUnit.SECONDS).join();

            assertEquals(1001, socket.closeCode());
        }
    }

    @Test
    void closes_a_busy_socket_when_its_chats_have_ended() {
        streamsUntilItMayEnd();
        try (var socket = door.socket()) {
            socket.send(ASK);
            assertEquals("a", socket.next().get("content").textValue());
            var stopped = stop(Duration.ofSeconds(10));
            Await.until("draining", () -> door.get("/health/ready").statusCode() == 503);

            socket.send(ASK.replace("'a'", "'b'"));
            assertEquals("unavailable", socket.next().get("code").textValue());
            mayEnd.countDown();

            assertEquals("b", socket.next().get("content").textValue());
            assertEquals("done", socket.next().get("type").textValue());
            assertEquals(1001, socket.closeCode());
            stopped.orTimeout(5, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void tells_a_socket_that_its_chats_are_cut() {
        streamsUntilItIsCut();
        try (var socket = door.socket()) {
            socket.send(ASK);
            socket.next();

            stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

            assertEquals("unavailable", socket.next().get("code").textValue());
            assertEquals(1001, socket.closeCode());
        }
    }

    @Test
    void is_not_held_up_by_sockets_that_do_not_read() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            while (true) {
                sink.accept(Chunk.text("x".repeat(50_000)));
            }
        });
        try (var deaf = new RawSocket(door.gateway.port());
                var other = door.socket()) {
            byte[] ask = ASK.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            deaf.send(0x81, ask, 0, ask.length);
            deaf.frame();
            Await.millis(500);

            stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

            assertEquals(1001, other.closeCode());
        }
    }

    @Test
    void is_not_held_up_by_a_socket_that_pings_and_does_not_read() {
        try (var deaf = new RawSocket(door.gateway.port())) {
            var pinging = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        deaf.send(0x89, new byte[125], 0, 125);
                    }
                } catch (UncheckedIOException _) {
                    // The gateway has closed.
                }
            });
            Await.millis(1000);

            stop(Duration.ofMillis(100)).orTimeout(5, TimeUnit.SECONDS).join();

            assertTrue(Await.ended(pinging));
        }
    }

    @Test
    void is_hurried_by_a_second_stop() {
        streamsUntilItIsCut();
        try (var client = door.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO)).readUntil("\"a\"");
            var first = stop(Duration.ofMinutes(5));
            Await.until("draining", () -> door.get("/health/ready").statusCode() == 503);

            stop(Duration.ZERO).orTimeout(5, TimeUnit.SECONDS).join();

            first.orTimeout(5, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void loses_no_answer_that_has_begun_under_load() {
        var all = new CountDownLatch(100);
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            all.countDown();
            Await.latch(mayEnd);
            return Samples.stream(sink::accept, "b");
        });
        var answers = IntStream.range(0, 100)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> door.post("/api/chat/stream", Samples.HELLO), Thread::startVirtualThread))
                .toList();
        Await.latch(all);
        var stopped = stop(Duration.ofSeconds(10));
        Await.until("draining", () -> door.get("/health/ready").statusCode() == 503);
        mayEnd.countDown();

        for (var answer : answers) {
            assertTrue(answer.orTimeout(10, TimeUnit.SECONDS).join().body().contains("\"done\":true,\"provider\""));
        }
        stopped.orTimeout(5, TimeUnit.SECONDS).join();
    }
}
