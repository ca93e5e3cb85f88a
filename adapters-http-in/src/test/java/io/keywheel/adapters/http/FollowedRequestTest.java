package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.client.RawClient;
import io.keywheel.client.RawSocket;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Traces of chat requests, from begin to end.
class FollowedRequestTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withTokens("t"));

    private final Following following = new Following();

    FollowedRequestTest() {
        testServer.counted.following = following;
    }

    private void assertTurns(String... turns) {
        Await.until("the end", () -> following.turns.size() == turns.length);
        assertEquals(List.of(turns), following.turns);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/api/chat            | 'model':'m',                    | json             | m",
                "/api/chat            | 'model':'auto',                 | json             | auto",
                "/api/chat/stream     | 'model':'m',                    | sse              | m",
                "/v1/chat/completions | 'model':'m',                    | openai           | m",
                "/v1/chat/completions | 'model':'auto','stream':true,   | openai_stream    | auto",
                "/v1/messages         | 'model':'m','max_tokens':9,     | messages         | m",
                "/v1/messages         | 'max_tokens':9,'stream':true,   | messages_stream  | auto",
                "/v1/responses        | 'input':'a',                    | responses        | auto",
                "/v1/responses        | 'input':'a','stream':true,      | responses_stream | auto",
            })
    void chat_joins_its_requests_trace_and_is_counted_in_each_api(
            String path, String fields, String api, String asked) {
        var trace = new AtomicReference<@Nullable TraceContext>();
        testServer.chats.play((command, sink) -> {
            trace.set(command.trace());
            assertEquals(1, following.turns.size());
            Samples.begin(sink, "a");
            return Samples.answer("a");
        });

        testServer.post(
                path,
                "{" + fields.replace('\'', '"') + Samples.HELLO.substring(1),
                "Authorization: Bearer t",
                "traceparent: " + PARENT);

        assertTurns("1 begins: POST " + path + " of " + PARENT, "1 ends: 200 ok " + api + " with-t");
        assertEquals(Following.context(1), trace.get());
        RequestRecord request = testServer.counted.only();
        assertEquals(Following.context(1), testServer.counted.trace);
        assertEquals(api + " " + asked, request.api() + " " + request.requestedModel());
    }

    @Test
    void unauthorized_chat_is_traced_without_a_client() {
        testServer.post("/api/chat", Samples.HELLO);

        assertTurns("1 begins: POST /api/chat of null", "1 ends: 401 unauthorized json null");
    }

    @Test
    void request_with_unreadable_body_is_traced_to_its_end() {
        String headers = "\r\nAuthorization: Bearer t\r\ntracestate: a=1\r\ntracestate: b=2\r\n\r\n";

        testServer.exchange(RawClient.chunkedHead().replace("\r\n\r\n", headers) + "x\r\n{}\r\n0\r\n\r\n");

        assertEquals(List.of("a=1, b=2"), following.states);
        assertEquals("1 ends: 400", following.turns.getLast().substring(0, 11));
    }

    @Test
    void non_chat_requests_are_not_traced() {
        testServer.get("/health");
        testServer.get("/api/keys", "Authorization: Bearer t");

        assertEquals(List.of(), following.turns);
    }

    @Test
    void websocket_chats_are_children_of_the_handshake_trace() {
        try (var open = new TestServer()) {
            open.counted.following = following;
            var trace = new AtomicReference<@Nullable TraceContext>();
            open.chats.play((command, sink) -> {
                trace.set(command.trace());
                Samples.begin(sink, "a");
                return Samples.answer("a");
            });
            try (RawSocket socket = open.socket()) {
                socket.ask("a");
                socket.next();
                socket.next();
                Await.until("the end of the first chat", () -> following.turns.size() == 4);
                socket.send("{'type':'nonsense'}");
                socket.next();
                assertTurns(
                        "1 begins: GET /api/chat/ws of null",
                        "1 ends: 101 ok other null",
                        "2 begins: WS /api/chat/ws of " + Following.context(1).traceparent(),
                        "2 ends: 200 ok websocket null",
                        "3 begins: WS /api/chat/ws of " + Following.context(1).traceparent(),
                        "3 ends: 400 invalid_request websocket null");
                assertEquals(Following.context(2), trace.get());
            }
        }
    }

    @Test
    void chat_has_no_trace_context_without_tracing() {
        testServer.counted.following = null;
        var command = new AtomicReference<ChatCommand>();
        testServer.chats.play((each, _) -> {
            command.set(each);
            return Samples.answer("a");
        });

        testServer.post("/api/chat", Samples.HELLO, "Authorization: Bearer t", "traceparent: " + PARENT);

        assertNull(command.get().trace());
    }
}
