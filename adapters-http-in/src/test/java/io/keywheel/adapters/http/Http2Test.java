package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.domain.chat.Chunk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Over HTTP/2 a client gets what it gets over HTTP/1.1, here with the JDK's.
@Timeout(60)
class Http2Test {

    private static final int MANY = 150;

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    private final HttpClient client = Described.watched(
            HttpClient.newBuilder().sslContext(Certified.CONTEXT).build());

    @AfterEach
    void disconnect() {
        client.shutdownNow();
    }

    private HttpRequest.Builder to(String path) {
        return to(door, path);
    }

    private static HttpRequest.Builder to(Door door, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + door.gateway.port() + path))
                .header("Content-Type", "application/json");
    }

    private HttpRequest chat(String path, String body) {
        return to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(HttpClient.Version.HTTP_2, response.version());
            return response;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer", e);
        }
    }

    @Test
    void a_whole_answer_comes() {
        door.chats.play((_, _) -> Samples.answer("Hi"));

        var response = send(chat("/api/chat", Samples.HELLO));

        assertEquals(200, response.statusCode());
        assertEquals("Hi", Door.json(response).get("content").textValue());
        assertEquals(
                "cerebras", response.headers().firstValue("x-keywheel-provider").orElseThrow());
        assertFalse(response.headers().map().containsKey("connection"));
    }

    @Test
    void a_large_answer_comes_whole() {
        String text = "x".repeat(3_000_000);
        door.chats.play((_, _) -> Samples.answer(text));

        var response = send(chat("/api/chat", Samples.HELLO));

        assertEquals(text, Door.json(response).get("content").textValue());
    }

    @Test
    void a_stream_comes_event_by_event() throws Exception {
        var mayGoOn = new Semaphore(0);
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            mayGoOn.acquireUninterruptibly();
            return Samples.stream(sink::accept, "b");
        });

        var response = client.send(chat("/api/chat/stream", Samples.HELLO), HttpResponse.BodyHandlers.ofLines());
        var lines = response.body().filter(line -> !line.isEmpty()).iterator();

        assertEquals(HttpClient.Version.HTTP_2, response.version());
        assertEquals(
                "text/event-stream; charset=utf-8",
                response.headers().firstValue("content-type").orElseThrow());
        assertTrue(lines.next().contains("\"a\""));
        mayGoOn.release();
        assertTrue(lines.next().contains("\"b\""));
        assertTrue(lines.next().contains("\"done\":true"));
        assertFalse(lines.hasNext());
    }

    @Test
    void many_streams_go_on_at_once_and_one_that_is_cancelled_ends_alone() {
        var begun = new CountDownLatch(MANY);
        var left = new CountDownLatch(1);
        var mayEnd = new Semaphore(0);
        door.chats.play((command, _) -> {
            begun.countDown();
            try {
                mayEnd.acquire();
                return Samples.answer("Hi");
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                left.countDown();
                throw new ChatCancelledException(List.of());
            }
        });
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        send(to("/health/live").build());
        for (int i = 0; i < MANY; i++) {
            answers.add(client.sendAsync(chat("/api/chat", Samples.HELLO), HttpResponse.BodyHandlers.ofString()));
        }
        Await.latch(begun);
        assertEquals(1 + MANY, door.gateway.connections());

        answers.removeFirst().cancel(true);

        assertTrue(soon(left));
        mayEnd.release(MANY - 1);
        for (var answer : answers) {
            assertEquals(200, answer.join().statusCode());
        }
    }

    private static boolean soon(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void a_body_that_is_too_large_is_refused() {
        var response = send(chat("/api/chat", "x".repeat(100_000)));

        assertEquals(413, response.statusCode());
        assertEquals("body_too_large", Door.json(response).get("code").textValue());
    }

    @Test
    void a_body_of_unknown_length_is_taken() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        var body = HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(Samples.HELLO));

        var response = send(to("/api/chat").POST(body).build());

        assertEquals(200, response.statusCode());
        assertEquals(1, door.chats.commands().size());
    }

    @Test
    void what_a_client_is_told_to_wait_for_is_asked_for() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        var request = to("/api/chat")
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofString(Samples.HELLO))
                .build();

        assertEquals(200, send(request).statusCode());
    }

    @Test
    void a_client_without_a_token_is_refused_and_its_connection_goes_on() {
        try (var guarded = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT).withTokens("t0ken"))) {
            guarded.chats.play((_, _) -> Samples.answer("Hi"));
            var body = HttpRequest.BodyPublishers.ofString(Samples.HELLO);

            var refused = send(to(guarded, "/api/chat").POST(body).build());
            var served = send(to(guarded, "/api/chat")
                    .header("Authorization", "Bearer t0ken")
                    .POST(body)
                    .build());

            assertEquals(401, refused.statusCode());
            assertEquals(
                    "Bearer", refused.headers().firstValue("www-authenticate").orElseThrow());
            assertEquals(200, served.statusCode());
            assertEquals(1, guarded.gateway.connections());
        }
    }

    @Test
    void a_head_is_answered_without_a_body() {
        var response = send(to("/health/live").HEAD().build());

        assertEquals(200, response.statusCode());
        assertEquals("", response.body());
        assertTrue(response.headers().firstValueAsLong("content-length").orElseThrow() > 0);
    }

    @Test
    void a_socket_is_opened_over_http_1() {
        var uri = URI.create("wss://localhost:" + door.gateway.port() + "/api/chat/ws");
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        send(to("/health/live").build());

        try (var socket = new SocketClient(client, uri)) {
            socket.ask("a");

            assertTrue(socket.next().toString().contains("Hi"));
        }
    }

    @Test
    void nothing_is_left_behind() {
        door.chats.play((_, _) -> Samples.answer("Hi"));
        for (int i = 0; i < MANY; i++) {
            send(chat("/api/chat", Samples.HELLO));
        }
        Await.until("only the connection is left", () -> door.gateway.connections() == 1);

        client.shutdownNow();

        Await.until("all lines closed", () -> door.gateway.connections() == 0);
        assertThrows(IOException.class, () -> client.send(to("/").build(), HttpResponse.BodyHandlers.ofString()));
    }
}
