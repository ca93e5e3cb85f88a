package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.ToolCallPart;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class StreamTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    @Test
    void streams_events_and_ends_with_who_answered() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hel", "lo\n\u2028\"!"));

        var response = testServer.post("/api/chat/stream", Samples.HELLO);

        response.assertStatus(200);
        response.assertHeader("Content-Type", "text/event-stream; charset=utf-8");
        response.assertHeader("X-Keywheel-Key", "cerebras/1");
        response.assertHeader("X-Keywheel-Attempts", "cerebras/1:ok");
        String[] events = response.body().split("\n\n", -1);
        assertEquals("data: {\"content\":\"Hel\",\"done\":false}", events[0]);
        assertEquals(
                "lo\n\u2028\"!",
                TestServer.json(events[1].substring(6)).get("content").textValue());
        assertEquals(TestServer.json("""
                        {"content": "", "done": true, "provider": "cerebras", "model": "gpt-oss-120b",
                         "finish_reason": "stop",
                         "tokens": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}"""), TestServer.json(events[2].substring(6)));
        assertEquals(List.of("", 4), List.of(events[3], events.length));
    }

    @Test
    void sends_each_event_before_the_next_is_there() {
        var mayGoOn = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("first"));
            Await.latch(mayGoOn);
            return Samples.stream(_ -> {});
        });
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO));

            String seen = client.readUntil("\"done\":false}\n\n");
            mayGoOn.countDown();

            assertTrue(seen.contains("{\"content\":\"first\""), seen);
            client.readUntil("\"done\":true");
        }
    }

    @Test
    void keeps_reasoning_apart_from_content() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.reasoning("hm"));
            sink.accept(
                    Chunk.of(new Chunk.Delta("", "", List.of(new ToolCallPart(0, "id", "name", "{}")), Extras.NONE)));
            return Samples.stream(chunk -> sink.accept(chunk), "ok");
        });

        var response = testServer.post("/api/chat/stream", Samples.HELLO);

        String[] events = response.body().split("\n\n", -1);
        assertEquals("data: {\"content\":\"\",\"reasoning\":\"hm\",\"done\":false}", events[0]);
        assertEquals("data: {\"content\":\"ok\",\"done\":false}", events[1]);
    }

    @Test
    void answers_a_failure_before_the_first_content_with_a_status() {
        testServer.chats.play((_, _) -> {
            throw new UnknownModelException("gpt-oss", List.of("gpt-oss-20b"));
        });

        var response = testServer.post("/api/chat/stream", Samples.HELLO);

        response.assertStatus(404);
        response.assertHeader("Content-Type", "application/json");
    }

    @Test
    void ends_a_broken_answer_with_an_error_event() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("Hel"));
            throw new StreamInterruptedException("the upstream closed the connection", List.of());
        });

        var response = testServer.post("/api/chat/stream", Samples.HELLO);

        response.assertStatus(200);
        String[] events = response.body().split("\n\n", -1);
        assertEquals("data: {\"content\":\"Hel\",\"done\":false}", events[0]);
        assertEquals(TestServer.json("""
                        {"error": "the upstream closed the connection", "code": "interrupted", "details": {},
                         "done": true}"""), TestServer.json(events[1].substring(6)));
    }

    @Test
    void ends_an_answer_that_a_bug_broke_with_an_error_event() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("Hel"));
            throw new IllegalStateException("secret inside");
        });

        var response = testServer.post("/api/chat/stream", Samples.HELLO);

        assertTrue(response.body().contains("\"code\":\"internal\""), response.body());
        assertTrue(response.body().endsWith("\"done\":true}\n\n"), response.body());
        assertFalse(response.body().contains("secret"), response.body());
    }

    @Test
    void serves_the_next_request_on_the_same_connection() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "a"));
        try (var client = testServer.raw()) {
            client.send(RawClient.post("/api/chat/stream", Samples.HELLO));
            client.readUntil("\r\n0\r\n\r\n");

            client.send(RawClient.post("/api/chat/stream", Samples.HELLO));

            assertTrue(client.readUntil("\r\n0\r\n\r\n").startsWith("HTTP/1.1 200 OK"));
        }
    }
}
