package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.chat.Part;
import io.keywheel.timing.Waiting;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Chats on a WebSocket.
class SocketTest {

    /// Rounds of a race that shows in about one of a hundred.
    private static final int ROUNDS = 500;

    @AutoClose
    private final TestServer testServer = new TestServer();

    @AutoClose
    private final RawSocket socket = testServer.socket();

    private void assertNext(String expected) {
        assertEquals(TestServer.json(expected.replace('\'', '"')), socket.next());
    }

    private JsonNode assertError(String id, String code) {
        JsonNode error = socket.next();
        assertEquals("error", error.get("type").textValue(), error::toString);
        assertEquals(id, error.path("id").textValue());
        assertEquals(code, error.get("code").textValue());
        return error;
    }

    @Test
    void messages_of_an_answer_carry_the_chat_id() {
        testServer.chats.play((_, sink) -> Samples.stream(sink, "Hel", "lo"));
        socket.ask("a");

        assertNext("{'type': 'chunk', 'id': 'a', 'content': 'Hel'}");
        assertNext("{'type': 'chunk', 'id': 'a', 'content': 'lo'}");
        assertNext("{'type': 'done', 'id': 'a', 'content': '', 'provider': 'cerebras', 'model': 'gpt-oss-120b',"
                + "'finish_reason': 'stop',"
                + "'tokens': {'prompt_tokens': 5, 'completion_tokens': 7, 'total_tokens': 12}}");
    }

    @Test
    void message_above_65_535_bytes_has_its_length_in_eight_bytes() {
        String large = "lo".repeat(40_000);
        testServer.chats.answer(large);
        socket.ask("a");

        assertNext("{'type': 'chunk', 'id': 'a', 'content': '" + large + "'}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'id':null,'type':null,"})
    void chat_id_and_type_are_optional(String fields) {
        testServer.chats.answer("Hi");
        String request = "{" + fields + "'messages':[{'role':'user','content':'a'}]}";
        socket.send(request);

        TestServer.DESCRIPTION.check("/components/schemas/SocketRequest", TestServer.json(request.replace('\'', '"')));
        assertNext("{'type': 'chunk', 'content': 'Hi'}");
        assertFalse(socket.next().has("id"));
    }

    @Test
    void runs_several_chats_concurrently() {
        var both = new CountDownLatch(2);
        testServer.chats.play((command, sink) -> {
            both.countDown();
            Waiting.latch(both);
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancels_a_silent_or_streaming_chat_and_answers_the_next(boolean streaming) {
        if (streaming) {
            testServer.chats.flood("and on");
        } else {
            testServer.chats.play((_, sink) -> Samples.stall(sink));
        }
        socket.ask("a");
        socket.next();
        socket.send("{'type':'cancel','id':'a'}");

        assertEquals("cancelled", socket.last().path("code").textValue());
        testServer.chats.answer("Hi");
        socket.ask("b");
        assertEquals("Hi", socket.next().get("content").textValue());
    }

    @Test
    void only_chat_messages_are_recorded_as_requests() {
        testServer.chats.answer("Hi");
        for (String message : List.of("{'type':'cancel','id':'a'}", "{'type':'sing','id':'a'}", "{", "{'id':7}")) {
            socket.send(message);
            assertEquals("error", socket.next().get("type").textValue());
        }
        socket.send("{'id':'a'}");
        assertError("a", "invalid_request");
        socket.ask("a");
        assertEquals("Hi", socket.next().get("content").textValue());
        assertEquals("done", socket.next().get("type").textValue());

        Waiting.until(() -> testServer.usage.requests(_ -> true).size() == 2);
        assertEquals(
                List.of("ok", "invalid_request"),
                testServer.usage.requests(_ -> true).stream()
                        .map(request -> request.ending().outcome().label())
                        .toList());
    }

    @Test
    void late_cancel_error_is_followed_by_no_chat_message() {
        testServer.chats.answer("Hi");
        for (int round = 0; round < ROUNDS; round++) {
            String id = "a" + round;
            socket.ask(id);
            socket.send("{'type':'cancel','id':'" + id + "'}");
            boolean ended = false;
            while (!ended) {
                var message = socket.next();
                boolean earlier = !message.get("id").textValue().equals(id);
                String type = message.get("type").textValue();
                assertTrue(!earlier || type.equals("error"), () -> "after its end: " + message);
                ended = !earlier && !type.equals("chunk");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'id':'a', | a chat of this id is still running
                              | only one chat without an id can run at a time
                    """)
    void second_chat_of_an_id_is_refused_while_the_first_runs(@Nullable String id, String reason) {
        String chat = "{" + (id == null ? "" : id) + "'messages':[{'role':'user','content':'a'}]}";
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        socket.send(chat);
        socket.next();
        socket.send(chat);

        JsonNode error = socket.next();
        assertEquals("id", error.at("/details/field").textValue());
        assertEquals(reason, error.path("error").textValue());
    }

    @Test
    void chat_id_is_reusable_after_its_chat_ends() {
        testServer.chats.play((_, sink) -> Samples.stream(sink));
        for (int i = 0; i < ROUNDS; i++) {
            socket.ask("a");
            assertEquals("done", socket.next().get("type").textValue());
        }
    }

    @Test
    void chat_beyond_the_websocket_limit_is_unavailable() {
        testServer.chats.play((_, sink) -> Samples.stall(sink));
        for (int i = 0; i < 32; i++) {
            socket.ask("chat " + i);
            socket.next();
        }
        socket.ask("next");

        assertEquals(1, assertError("next", "unavailable").get("retry_after").intValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    hello||
                    {'id':7}|id|
                    {'id':''}|id|
                    {'type':'sing','id':'a'}|type|a
                    {'type':'cancel','id':'a'}|id|a
                    {'id':'a'}|messages|a
                    {'id':'a','messages':[{'role':'x','content':''}]}|messages[0].role|a
                    """)
    void websocket_stays_open_after_an_invalid_message(String sent, String field, String id) {
        testServer.chats.answer("Hi");
        socket.send(sent);

        JsonNode error = assertError(id, "invalid_request");
        assertEquals(field, error.at("/details/field").textValue());
        assertNull(error.get("retry_after"));
        socket.ask("next");
        assertEquals("Hi", socket.next().get("content").textValue());
    }

    @Test
    void an_id_has_at_most_128_characters() {
        testServer.chats.play((_, sink) -> Samples.stream(sink));
        String longest = "\ud83d\ude00".repeat(128);
        socket.ask(longest + "x");
        assertEquals("id", socket.next().at("/details/field").textValue());

        socket.ask(longest);
        assertEquals(longest, socket.next().get("id").textValue());
    }
}
