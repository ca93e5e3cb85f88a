package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Part;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketTest {

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.with(TightBounds.chatsPerSocket(2)));

    @AutoClose
    private final SocketClient socket = door.socket();

    private static String ask(String id) {
        return "{'id':'" + id + "','messages':[{'role':'user','content':'" + id + "'}]}";
    }

    private static Answer untilInterrupted(AnswerSink sink) {
        sink.open(Samples.serving());
        sink.accept(Chunk.text("begun"));
        if (Await.interrupt()) {
            throw new ChatCancelledException(List.of());
        }
        throw new AssertionError("nobody ended this chat");
    }

    @Test
    void streams_an_answer_by_its_id() {
        door.chats.play((_, sink) -> Samples.stream(sink, "Hel", "lo"));

        socket.send(ask("a"));

        assertEquals(Door.json("{\"type\": \"chunk\", \"id\": \"a\", \"content\": \"Hel\"}"), socket.next());
        assertEquals(Door.json("{\"type\": \"chunk\", \"id\": \"a\", \"content\": \"lo\"}"), socket.next());
        assertEquals(Door.json("""
                        {"type": "done", "id": "a", "content": "", "provider": "cerebras", "model": "gpt-oss-120b",
                         "finish_reason": "stop",
                         "tokens": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}"""), socket.next());
    }

    @Test
    void needs_no_id_for_one_chat_at_a_time() {
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        socket.send("{'messages':[{'role':'user','content':'a'}]}");

        assertEquals(Door.json("{\"type\": \"chunk\", \"content\": \"Hi\"}"), socket.next());
        assertFalse(socket.next().has("id"));
    }

    @Test
    void runs_several_chats_at_once() {
        var both = new CountDownLatch(2);
        door.chats.play((command, sink) -> {
            both.countDown();
            Await.latch(both);
            var said = (Part.Text)
                    command.conversation().messages().getFirst().content().getFirst();
            return Samples.stream(sink, said.text());
        });

        socket.send(ask("a"));
        socket.send(ask("b"));

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
        door.chats.play((_, sink) -> {
            if (first.getCount() > 0) {
                first.countDown();
                return untilInterrupted(sink);
            }
            return Samples.stream(sink, "Hi");
        });
        socket.send(ask("a"));
        assertEquals("begun", socket.next().get("content").textValue());

        socket.send("{'type':'cancel','id':'a'}");

        var cancelled = socket.next();
        assertEquals("error", cancelled.get("type").textValue());
        assertEquals("a", cancelled.get("id").textValue());
        assertEquals("cancelled", cancelled.get("code").textValue());
        socket.send(ask("b"));
        assertEquals("Hi", socket.next().get("content").textValue());
    }

    @Test
    void cancels_a_chat_that_never_stops_to_listen() {
        door.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            while (true) {
                sink.accept(Chunk.text("and on"));
            }
        });
        socket.send(ask("a"));
        socket.next();

        socket.send("{'type':'cancel','id':'a'}");

        Await.until("cancelled", () -> socket.next().get("type").textValue().equals("error"));
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        socket.send(ask("b"));
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
        door.chats.play((_, sink) -> untilInterrupted(sink));
        socket.send(ask("a"));
        socket.next();

        socket.send(ask("a"));

        assertEquals("id", socket.next().at("/details/field").textValue());
    }

    @Test
    void takes_an_id_again_as_soon_as_its_chat_has_ended() {
        door.chats.play((_, sink) -> Samples.stream(sink));
        for (int i = 0; i < 500; i++) {
            socket.send(ask("a"));

            assertEquals("done", socket.next().get("type").textValue());
        }
    }

    @Test
    void bounds_the_chats_of_one_socket() {
        door.chats.play((_, sink) -> untilInterrupted(sink));
        socket.send(ask("a"));
        socket.send(ask("b"));
        socket.next();
        socket.next();

        socket.send(ask("c"));

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
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));

        socket.send(sent);

        var error = socket.next();
        assertEquals("error", error.get("type").textValue());
        assertEquals("invalid_request", error.get("code").textValue());
        assertEquals(field, error.at("/details/field").textValue());
        assertEquals(id, error.at("/id").textValue());
        socket.send(ask("next"));
        assertEquals("Hi", socket.next().get("content").textValue());
    }

    @Test
    void tells_of_a_failed_chat_as_the_other_routes_do() {
        door.chats.play((_, _) -> {
            throw new UnknownModelException("gpt", List.of());
        });

        socket.send(ask("a"));

        var error = socket.next();
        assertEquals("model_not_found", error.get("code").textValue());
        assertEquals("model", error.at("/details/field").textValue());
        assertNull(error.get("retry_after"));
    }

    @Test
    void answers_pings_while_a_chat_runs() {
        door.chats.play((_, sink) -> untilInterrupted(sink));
        socket.send(ask("a"));
        socket.next();

        socket.ping("still there?");

        assertEquals("still there?", socket.nextPong());
    }

    @Test
    void says_goodbye_when_the_client_does() {
        socket.sayGoodbye();

        assertEquals(1000, socket.closeCode());
    }

    @Test
    void puts_a_character_together_that_was_split_over_frames() {
        door.chats.play((_, sink) -> Samples.stream(sink, "Hi"));
        byte[] message = ask("\u20ac").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        try (var raw = new RawSocket(door.gateway.port())) {
            raw.send(0x01, message, 0, 8);
            raw.send(0x89, new byte[] {1}, 0, 1);
            raw.send(0x80, message, 8, message.length - 8);

            assertEquals(0x8a, raw.frame().head());
            assertTrue(raw.frame().text().contains("\"id\":\"\u20ac\""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x82, 2, 1003", // binary
        "0x80, 2, 1002", // nothing to continue
        "0x83, 2, 1002", // unknown kind
        "0xc1, 2, 1002", // an extension nobody agreed on
        "0x09, 2, 1002", // a ping in pieces
        "0x89, 126, 1002", // a ping too long
        "0x81, 65537, 1009", // larger than a body may be
    })
    void closes_on_what_is_no_protocol(String head, int length, int code) {
        try (var raw = new RawSocket(door.gateway.port())) {
            raw.send(Integer.decode(head), new byte[length], 0, length);

            var frame = raw.frame();
            assertEquals(0x88, frame.head());
            assertEquals(code, frame.closeCode());
        }
    }

    @Test
    void bounds_a_message_in_pieces() {
        try (var raw = new RawSocket(door.gateway.port())) {
            raw.send(0x01, new byte[60_000], 0, 60_000);
            raw.send(0x80, new byte[60_000], 0, 60_000);

            assertEquals(1009, raw.frame().closeCode());
        }
    }

    @Test
    void leaves_a_reader_that_does_not_read() {
        var terms = Door.Terms.USUAL.with(TightBounds.patience(Duration.ofMillis(300), Duration.ofSeconds(60)));
        var ended = new CountDownLatch(1);
        try (var hasty = new Door(terms);
                var raw = new RawSocket(hasty.gateway.port())) {
            hasty.chats.play((_, sink) -> {
                sink.open(Samples.serving());
                try {
                    while (true) {
                        sink.accept(Chunk.text("x".repeat(10_000)));
                    }
                } finally {
                    ended.countDown();
                }
            });
            byte[] message = ask("a").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            raw.send(0x81, message, 0, message.length);

            Await.latch(ended);
        }
    }

    @Test
    void refuses_text_that_is_not_utf_8() {
        try (var raw = new RawSocket(door.gateway.port())) {
            raw.send(0x81, new byte[] {'"', (byte) 0xff, '"'}, 0, 3);

            assertTrue(raw.frame().text().contains("UTF-8"));
        }
    }

    @Test
    void explains_itself_to_a_plain_request() {
        var response = door.get("/api/chat/ws");

        assertEquals(426, response.statusCode());
        assertEquals("websocket", response.headers().firstValue("Upgrade").orElseThrow());
        assertEquals("upgrade_required", Door.json(response).get("code").textValue());
    }
}
