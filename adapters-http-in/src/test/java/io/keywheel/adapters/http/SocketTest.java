package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Part;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketTest {

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.with(TightBounds.chatsPerSocket(2)));

    @AutoClose
    private final SocketClient socket = testServer.socket();

    @Test
    void streams_an_answer_by_its_id() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hel", "lo"));

        socket.ask("a");

        assertEquals(TestServer.json("{\"type\": \"chunk\", \"id\": \"a\", \"content\": \"Hel\"}"), socket.next());
        assertEquals(TestServer.json("{\"type\": \"chunk\", \"id\": \"a\", \"content\": \"lo\"}"), socket.next());
        assertEquals(TestServer.json("""
                        {"type": "done", "id": "a", "content": "", "provider": "cerebras", "model": "gpt-oss-120b",
                         "finish_reason": "stop",
                         "tokens": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}"""), socket.next());
    }

    @Test
    void needs_no_id_for_one_chat_at_a_time() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        socket.send("{'messages':[{'role':'user','content':'a'}]}");

        assertEquals(TestServer.json("{\"type\": \"chunk\", \"content\": \"Hi\"}"), socket.next());
        assertFalse(socket.next().has("id"));
    }

    @Test
    void runs_several_chats_at_once() {
        var both = new CountDownLatch(2);
        testServer.chats.play((command, sink) -> {
            both.countDown();
            Await.latch(both);
            var said = (Part.Text)
                    command.conversation().messages().getFirst().content().getFirst();
            return Samples.stream(sink, said.text());
        });

        socket.ask("a");
        socket.ask("b");

        for (int i = 0; i < 4; i++) {
            var message = socket.next();
            if (message.get("type").textValue().equals("chunk")) {
                assertEquals(message.get("id"), message.get("content"));
            }
        }
    }

    @Test
    void cancels_one_chat_and_leaves_the_other_alone() {
        var first = new CountDownLatch(1);
        testServer.chats.play((_, sink) -> {
            if (first.getCount() > 0) {
                first.countDown();
                return Samples.stall(sink);
            }
            return Samples.stream(sink, "Hi");
        });
        socket.ask("a");
        assertEquals("begun", socket.next().get("content").textValue());

        socket.send("{'type':'cancel','id':'a'}");

        var cancelled = socket.next();
        assertEquals("error", cancelled.get("type").textValue());
        assertEquals("a", cancelled.get("id").textValue());
        assertEquals("cancelled", cancelled.get("code").textValue());
        socket.ask("b");
        assertEquals("Hi", socket.next().get("content").textValue());
    }

    @Test
    void cancels_a_chat_that_never_stops_to_listen() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            while (true) {
                sink.accept(Chunk.text("and on"));
            }
        });
        socket.ask("a");
        socket.next();

        socket.send("{'type':'cancel','id':'a'}");

        Await.until("cancelled", () -> socket.next().get("type").textValue().equals("error"));
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        socket.ask("b");
        assertEquals("b", socket.next().get("id").textValue());
    }

    @Test
    void refuses_a_cancel_of_what_does_not_run() {
        socket.send("{'type':'cancel','id':'a'}");

        var error = socket.next();
        assertEquals("a", error.get("id").textValue());
        assertEquals("invalid_request", error.get("code").textValue());
    }

    @Test
    void refuses_a_second_chat_of_the_same_id() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        socket.ask("a");
        socket.next();

        socket.ask("a");

        assertEquals("id", socket.next().at("/details/field").textValue());
    }

    @Test
    void takes_an_id_again_as_soon_as_its_chat_has_ended() {
        testServer.chats.play((_, sink) -> Samples.stream(sink));
        for (int i = 0; i < 500; i++) {
            socket.ask("a");

            assertEquals("done", socket.next().get("type").textValue());
        }
    }

    @Test
    void bounds_the_chats_of_one_socket() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        socket.ask("a");
        socket.ask("b");
        socket.next();
        socket.next();

        socket.ask("c");

        var refused = socket.next();
        assertEquals("c", refused.get("id").textValue());
        assertEquals("unavailable", refused.get("code").textValue());
        assertEquals(1, refused.get("retry_after").intValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "hello||",
                "[]||",
                "{'id':7}|id|",
                "{'id':''}|id|",
                "{'type':'sing','id':'a'}|type|a",
                "{'id':'a'}|messages|a",
                "{'id':'a','temperature':123e-99999999999}||",
                "{'id':'a','messages':[{'role':'x','content':''}]}|messages[0].role|a",
            })
    void stays_open_after_an_error(String sent, String field, String id) {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        socket.send(sent);

        var error = socket.next();
        assertEquals("error", error.get("type").textValue());
        assertEquals("invalid_request", error.get("code").textValue());
        assertEquals(field, error.at("/details/field").textValue());
        assertEquals(id, error.at("/id").textValue());
        socket.ask("next");
        assertEquals("Hi", socket.next().get("content").textValue());
    }

    @Test
    void an_id_has_at_most_128_characters() {
        testServer.chats.play((_, sink) -> Samples.stream(sink));
        String longest = "x".repeat(128);

        socket.ask(longest + "x");
        assertEquals("id", socket.next().at("/details/field").textValue());
        socket.ask(longest);
        assertEquals(longest, socket.next().get("id").textValue());
    }

    @Test
    void tells_of_a_failed_chat_as_the_other_routes_do() {
        testServer.chats.play((_, _) -> {
            throw new UnknownModelException("gpt", List.of());
        });

        socket.ask("a");

        var error = socket.next();
        assertEquals("model_not_found", error.get("code").textValue());
        assertEquals("model", error.at("/details/field").textValue());
        assertNull(error.get("retry_after"));
    }
}
